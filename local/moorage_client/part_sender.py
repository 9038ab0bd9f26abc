"""Sends the parts of a file, or of a range of it, to S3 in parallel, except those that S3 already has."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from moorage_client.direct_client import EXPIRED, NO_SUCH_UPLOAD, OTHER_BYTES, PRECONDITION_FAILED, DirectClient
from moorage_client.http import http_client
from moorage_client.retry import ATTEMPTS, Retrying, silently, wait_before_retry

PIECE_BYTES = 1024 * 1024
TIMEOUT = httpx.Timeout(60.0, connect=5.0)

Part = dict[str, Any]
Sent = Callable[[int], None]
"""Called with the number of bytes just sent; a negative number if a part must be sent again."""


class StoppedError(Exception):
    """The user has interrupted the push."""


class SendError(Exception):
    """S3 refuses a part."""


class UploadOverError(Exception):
    """S3 takes no more parts: another process completed the upload, or it was aborted. The registry knows which."""


class PartSender:
    """Sends one file.

    Raises: SendError, UploadOverError, and what DirectClient raises.
    """

    def __init__(
        self,
        file: Path,
        client: DirectClient,
        sent: Sent,
        parallel: int,
        retrying: Retrying = silently,
        first_byte: int = 0,
    ) -> None:
        """`parallel` is the number of parts that are sent at the same time; the layer begins at `first_byte`."""
        self._file = os.open(file, os.O_RDONLY)
        self._first_byte = first_byte
        self._client = client
        self._sent = sent
        self._parallel = parallel
        self._retrying = retrying
        self._http: httpx.Client | None = None
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            self._http.close()
        os.close(self._file)

    def send_all(self, page: dict[str, Any]) -> None:
        """Send every part that S3 lacks, page by page. A page with expired URLs is fetched again."""
        token, done, page = None, set[int](), _with_parts(page)
        while True:
            self._note_received(page["parts"], done)
            missing, before = [part for part in page["parts"] if part["partNumber"] not in done], len(done)
            is_whole = self._send(missing, done)
            if is_whole and "nextToken" not in page:
                return
            if not is_whole and len(done) == before:
                raise SendError("S3 refuses new URLs of the parts")
            token = page["nextToken"] if is_whole else token
            page = _with_parts(self._client.parts(page["uploadId"], token))

    def _note_received(self, parts: list[Part], done: set[int]) -> None:
        for part in parts:
            if part["received"] and part["partNumber"] not in done:
                done.add(part["partNumber"])
                self._sent(_size_bytes(part))

    def _send(self, parts: list[Part], done: set[int]) -> bool:
        """Send these parts; False if a URL has expired."""
        if not parts:
            return True
        if self._http is None:
            self._http = http_client(parts[0]["url"], TIMEOUT, self._parallel)
        put = partial(self._put, self._http)
        threads = ThreadPoolExecutor(self._parallel, thread_name_prefix="part")
        try:
            for part, was_sent in zip(parts, threads.map(put, parts), strict=True):
                if was_sent:
                    done.add(part["partNumber"])
        finally:
            self._stopped.set()  # after an interruption, the other threads stop in the middle of their parts
            threads.shutdown(cancel_futures=True)
            self._stopped.clear()
        return all(part["partNumber"] in done for part in parts)

    def _put(self, http: httpx.Client, part: Part) -> bool:
        """Send one part. False if its URL has expired or the user has interrupted the push."""
        for attempt in range(ATTEMPTS):
            progress = _Progress(self._sent)
            try:
                status = self._try_to_put(http, part, progress)
                reason = f"S3 answered status {status}"
            except StoppedError:
                return False
            except httpx.TransportError as error:
                status, reason = 0, str(error) or type(error).__name__
            if 200 <= status < 300 or status == PRECONDITION_FAILED:
                return True
            progress.take_back()
            if status == OTHER_BYTES and "headers" in part:
                raise SendError("the file has changed since it was hashed")
            if status == EXPIRED:
                return False
            if status == NO_SUCH_UPLOAD:
                raise UploadOverError
            reason = f"part {part['partNumber']} was not sent: {reason}"
            if attempt < ATTEMPTS - 1 and not self._stopped.is_set():
                wait_before_retry(attempt, reason, self._retrying)
        raise SendError(reason)

    def _try_to_put(self, http: httpx.Client, part: Part, progress: "_Progress") -> int:
        # The content type is for SeaweedFS, which compresses a part without one: that takes as long as storing it.
        named = {"Content-Type": "application/octet-stream", **part.get("headers", {})}
        headers = {**named, "Content-Length": str(_size_bytes(part))}
        return http.put(part["url"], content=self._pieces(part, progress), headers=headers).status_code

    def _pieces(self, part: Part, progress: "_Progress") -> Iterator[bytes]:
        place, end = part["firstByte"], part["lastByte"] + 1
        while place < end:
            if self._stopped.is_set():
                raise StoppedError
            piece = os.pread(self._file, min(PIECE_BYTES, end - place), self._first_byte + place)
            if not piece:
                raise SendError("the file has become shorter")
            yield piece
            place += len(piece)
            progress.add(len(piece))


class _Progress:
    """The progress reported for one attempt, so that it can be undone."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self._bytes = 0

    def add(self, count: int) -> None:
        self._bytes += count
        self._sent(count)

    def take_back(self) -> None:
        self._sent(-self._bytes)
        self._bytes = 0


def _with_parts(page: dict[str, Any]) -> dict[str, Any]:
    """The page; one request that sends the whole file becomes its only part."""
    if "put" not in page:
        return page
    whole = {"partNumber": 1, "firstByte": 0, "lastByte": page["layerSize"] - 1, "received": False, **page["put"]}
    return {**page, "parts": [whole]}


def _size_bytes(part: Part) -> int:
    return int(part["lastByte"]) - int(part["firstByte"]) + 1
