"""The content that the use cases need: layer bytes in their store, and the hash over them.

Every method may raise UnavailableError (throttling, outage) and EncryptionError (the key service).
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.layer import Blob
from moorage.domain.repository import Encryption
from moorage.domain.sha256_state import Sha256State
from moorage.domain.upload import StoredPart, Tail, Upload


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as S3 describes it; `parts_sha256` is the hash over its parts' hashes, None where S3 keeps none."""

    size_bytes: int
    etag: str
    parts_sha256: bytes | None = None


class StoredPartsDamagedError(Exception):
    """S3 does not hold the parts that were recorded, or not with their hashes."""


class NoMultipartUploadError(Exception):
    """S3 knows no such multipart upload: completed before, or aborted."""


class ContentStore(Protocol):
    """Where layer bytes are: multipart uploads, objects, tails."""

    def relay_key(self, registry_id: str, upload_id: str) -> str:
        """The key under which a relayed upload's object is stored, for good."""

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        """Start a multipart upload; returns its id."""

    def put_part(self, upload: Upload, number: int, body: bytes, sha256: bytes) -> str:
        """Store one part, returns its ETag; NoMultipartUploadError."""

    def complete_multipart(self, upload: Upload, parts: Sequence[StoredPart]) -> StoredObject:
        """Join the parts into the object, checked part by part.

        NoMultipartUploadError, StoredPartsDamagedError.
        """

    def head(self, object_key: str) -> StoredObject | None:
        """The object as it is now, None if there is none."""

    def stream(self, object_key: str, etag: str | None, first_byte: int = 0) -> Generator[bytes, None, None]:
        """The object's bytes from `first_byte` on; StoredPartsDamagedError if it is not the one with this ETag."""

    def put_tail(self, upload: Upload, number: int, body: bytes, sha256: bytes) -> Tail:
        """Keep the end of the layer while it is too short to be stored, under a key of this try's own."""

    def get_tail(self, tail: Tail) -> bytes:
        """The tail's bytes; StoredPartsDamagedError if they are gone or are not those that were put."""

    def download_url(self, blob: Blob) -> str:
        """A URL that serves the blob for a limited time, without further credentials."""


class Hasher(Protocol):
    """A sha256 that can be carried on from a stored state."""

    def carries(self) -> bool:
        """Whether it can export states at all; if not, the layer is hashed when it is completed."""

    def extend(self, state: Sha256State, data: bytes) -> Sha256State:
        """The state after `data`."""

    def finish(self, state: Sha256State) -> bytes:
        """The 32 bytes of the hash."""
