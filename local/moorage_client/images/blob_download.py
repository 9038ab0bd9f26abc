"""Downloads blobs block by block. A download that is interrupted is resumed where it is."""

import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import httpx

from moorage_client.http import http_client
from moorage_client.images.errors import RegistryError
from moorage_client.images.image_tree import Descriptor
from moorage_client.images.registry_images import RegistryImages
from moorage_client.retry import ATTEMPTS, Retrying, wait_before_retry

TIMEOUT = httpx.Timeout(60.0, connect=5.0)
WHOLE, PARTIAL = 200, 206
LOST = 404
"""S3's status for an object that is not there."""


class BlobDownload:
    """The blobs of one repository.

    Raises: RegistryError if the content is not what its digest names, and what RegistryImages raises.
    """

    def __init__(self, registry: RegistryImages, repository: str, retrying: Retrying) -> None:
        self._registry = registry
        self._repository = repository
        self._retrying = retrying
        self._http: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            self._http.close()

    def blocks(self, blob: Descriptor) -> Iterator[bytes]:
        """The content. The last block is given before the digest is compared: a wrong one is an error after it."""
        running, done = hashlib.new(blob.digest.algorithm), 0
        for attempt in range(ATTEMPTS):
            reason = "the connection ended too early"
            try:
                for block in self._from(blob, done):
                    running.update(block)
                    done += len(block)
                    if done > blob.size_bytes:
                        raise RegistryError(f"{blob.digest} has more than the {blob.size_bytes} bytes of its manifest")
                    yield block
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
            except _BusyError as error:
                reason = str(error)
            if done == blob.size_bytes:
                break
            reason = f"{blob.digest} is incomplete: {reason}"
            if attempt == ATTEMPTS - 1:
                raise RegistryError(reason)
            wait_before_retry(attempt, reason, self._retrying)
        if running.hexdigest() != blob.digest.hex:
            raise RegistryError(f"the content of {blob.digest} has the digest {running.name}:{running.hexdigest()}")

    def _from(self, blob: Descriptor, first_byte: int) -> Iterator[bytes]:
        url = self._registry.download_url(self._repository, blob.digest)
        if self._http is None:
            self._http = http_client(url, TIMEOUT)
        headers = {"Range": f"bytes={first_byte}-"} if first_byte else {}
        with self._http.stream("GET", url, headers=headers) as answered:
            if answered.status_code == LOST:
                raise RegistryError(f"the content of {blob.digest} is lost: push it again")
            if answered.status_code != (PARTIAL if first_byte else WHOLE):
                raise _BusyError(f"S3 answered status {answered.status_code}")
            yield from answered.iter_raw()


class _BusyError(Exception):
    """An answer without the content."""
