"""Ports for direct uploads and the streaming checksum: leases and checkpoints, presigned parts, the queue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.domain.uploads.direct_upload import Lease, PartRange
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import StoredObject
from moorage.usecases.ports.records import UploadWrite


class Verifications(Protocol):
    """The progress of verifications and the leases on them, stored in the upload's head."""

    def take_lease(self, upload: Upload, object_etag: str, lease: Lease, now: float) -> UploadWrite:
        """Give one run the lease on the object with this ETag; `current` is the upload's head after the write.

        Refused if the upload is not open or has more bytes, if the verification is of another object, or if another
        run's lease is still valid at `now`.
        """

    def checkpoint(self, upload: Upload, owner: str) -> UploadWrite:
        """Write the upload's `verification` (a lease of None releases it) and `hash_state`.

        Refused unless the upload is still open and `owner` holds the lease, expired or not.
        """


@dataclass(frozen=True, slots=True)
class ReceivedByS3:
    """A part of a multipart upload that S3 has. `sha256` is None if the part was sent without one."""

    number: int
    etag: str
    size_bytes: int
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A URL and the headers that its signature covers: the client has to send them as they are."""

    url: str
    headers: Mapping[str, str]


class DirectStore(Protocol):
    """S3 as clients use it directly: parts under presigned URLs."""

    def direct_key(self, registry_id: str, upload_id: str) -> str:
        """The permanent key of a direct upload's object."""

    def upload_of(self, object_key: str) -> str | None:
        """The id of the direct upload that has this key; None for every other key."""

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        """Start a multipart upload without a checksum algorithm; returns its id."""

    def part_url(self, upload: Upload, part: PartRange) -> str:
        """A URL that accepts only this part with only this length, for a short time."""

    def completion_request(self, upload: Upload) -> SignedRequest:
        """S3's CompleteMultipartUpload for this upload, for a short time. It never replaces an object."""

    def put_request(self, upload: Upload, sha256: bytes, size_bytes: int) -> SignedRequest:
        """A PutObject that stores only these bytes, for a short time. It never replaces an object."""

    def list_parts(self, upload: Upload, after_number: int = 0, limit: int | None = None) -> Iterator[ReceivedByS3]:
        """The parts that S3 has, in order of their numbers. Raises: NoMultipartUploadError."""

    def complete_multipart(self, upload: Upload, parts: list[ReceivedByS3]) -> StoredObject:
        """Join exactly these parts. Raises: NoMultipartUploadError; UnavailableError if a part was replaced."""


class CompletionQueue(Protocol):
    """The queue of completions for a function with more time."""

    def enqueue(self, request: CompleteLayerUpload, delay_seconds: float = 0.0) -> None:
        """Send the completion to the queue, with a delay, and count the hand-over. Without a queue, nothing happens."""

    def dead_letter(self, message: str, reason: str, explanation: str) -> bool:
        """Store a message that can never succeed, with the reason; False if there is no dead-letter queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationLimits:
    """The limits of direct uploads and verifications; sizes in bytes, times in seconds. Sources: settings.py."""

    preferred_part_bytes: int
    max_parts: int
    parts_page: int
    budget_seconds: float
    lease_seconds: float
    checkpoint_bytes: int
    read_ahead_bytes: int
    max_hand_overs: int
    """How often a completion may go through the queue before it becomes a dead letter."""
