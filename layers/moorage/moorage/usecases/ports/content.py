"""Ports for content: the store of layer bytes, and the sha256.

Every method may raise UnavailableError (throttling, outage) and EncryptionError (the key service).
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from moorage.domain.layer import Blob
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.relay_progress import StoredPart, Tail
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in S3; each hash is None if S3 has none.

    `parts_sha256` is the hash over the hashes of its parts; `sha256` is the hash of the whole object, which S3 compared
    with the bytes before it stored them.
    """

    size_bytes: int
    etag: str
    parts_sha256: bytes | None = None
    sha256: bytes | None = None


class PutOutcome(Enum):
    """The result of a PutObject with a SHA-256."""

    STORED = "stored"
    EXISTS = "exists"
    """The key already has an object, perhaps of an earlier attempt whose answer was lost. Read it to find out."""
    REFUSED = "refused"
    """The bytes do not hash to the SHA-256; nothing is stored."""


class StoredPartsDamagedError(Exception):
    """S3 does not have the recorded parts, or has other hashes for them."""


class NoMultipartUploadError(Exception):
    """S3 has no such multipart upload: it was completed or aborted."""


class ContentStore(Protocol):
    """The store of layer bytes: multipart uploads, objects, tails."""

    def relay_key(self, registry_id: str, upload_id: str) -> str:
        """The permanent key of a relayed upload's object."""

    def whole_key(self, registry_id: str, upload_id: str, day: str) -> str:
        """The permanent key of an object that comes in one request of this day (domain/uploads/unrecorded.py)."""

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        """Start a multipart upload; returns its id."""

    def put_part(self, upload: Upload, number: int, body: bytes | bytearray, sha256: bytes) -> str:
        """Store one part; returns its ETag. Raises: NoMultipartUploadError."""

    def complete_multipart(self, upload: Upload, parts: Sequence[StoredPart]) -> StoredObject:
        """Join the parts; S3 checks each part. Raises: NoMultipartUploadError, StoredPartsDamagedError."""

    def put_object(self, upload: Upload, chunks: Iterable[bytes], size_bytes: int, sha256: bytes) -> PutOutcome:
        """Store `size_bytes` bytes as the upload's object, as they arrive, if they hash to `sha256`.

        Raises: what reading the chunks raises. Large bodies are not sent twice, so a failure is UnavailableError.
        """

    def head(self, object_key: str) -> StoredObject | None:
        """The object's properties, None if it does not exist."""

    def stream(self, object_key: str, etag: str | None, first_byte: int = 0) -> Generator[bytes, None, None]:
        """The object's bytes from `first_byte` on. Raises: StoredPartsDamagedError if it has another ETag."""

    def put_tail(self, upload: Upload, number: int, body: bytes | bytearray, sha256: bytes) -> Tail:
        """Store the end of the layer that is too short to be a part, under a key that only this attempt uses."""

    def get_tail(self, tail: Tail) -> bytes:
        """The tail's bytes. Raises: StoredPartsDamagedError if they are missing or damaged."""

    def download_url(self, blob: Blob) -> str:
        """A URL that serves the blob for a limited time, without further credentials."""


class Hasher(Protocol):
    """A sha256 that can continue from a stored state."""

    def carries(self) -> bool:
        """Whether it can export states at all; if not, the layer is hashed when it is completed."""

    def extend(self, state: HashState, data: bytes | bytearray) -> HashState:
        """The state after `data`."""

    def digest(self, state: HashState) -> bytes:
        """The 32 bytes of the hash."""
