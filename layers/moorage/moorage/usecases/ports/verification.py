"""What direct uploads and the streaming checksum need: leases and checkpoints, presigned parts, the queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.completion import CompleteLayerUpload
from moorage.domain.direct_upload import Lease, PartRange
from moorage.domain.repository import Encryption
from moorage.domain.upload import Upload
from moorage.usecases.ports.content import StoredObject
from moorage.usecases.ports.records import UploadWrite


class Verifications(Protocol):
    """How far the content of uploads is verified, and by whom: kept on the upload's head."""

    def take_lease(self, upload: Upload, object_etag: str, lease: Lease, now: float) -> UploadWrite:
        """Make one run the only one that verifies the object with this ETag; `found` is the head after it.

        Refused if the upload is not open or has grown, if another object is pinned, or if another run's lease is
        still good at `now`.
        """

    def checkpoint(self, upload: Upload, owner: str) -> UploadWrite:
        """Write the upload's `verification` (lease included: None lets go of it) and `hash_state`.

        Refused unless the upload is still open and `owner` holds the lease, expired or not.
        """


@dataclass(frozen=True, slots=True)
class ReceivedByS3:
    """A part that S3 has of a multipart upload; `sha256` where it came with one."""

    number: int
    etag: str
    size_bytes: int
    sha256: bytes | None = None


class DirectStore(Protocol):
    """S3 as clients use it without us: parts under presigned URLs."""

    def direct_key(self, registry_id: str, upload_id: str) -> str:
        """The key under which a direct upload's object is stored, for good."""

    def upload_of(self, object_key: str) -> str | None:
        """The id of the direct upload that has this key; None for every other key."""

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        """Start a multipart upload whose parts come without checksums of ours; returns its id."""

    def part_url(self, upload: Upload, part: PartRange) -> str:
        """A URL that takes this part and no other, at this length and no other, for a short time."""

    def completion_url(self, upload: Upload) -> str:
        """A URL that takes S3's CompleteMultipartUpload for this upload, for a short time."""

    def list_parts(self, upload: Upload, after_number: int = 0, limit: int | None = None) -> Iterator[ReceivedByS3]:
        """The parts that S3 has, in order of their numbers; NoMultipartUploadError."""

    def complete_multipart(self, upload: Upload, parts: list[ReceivedByS3]) -> StoredObject:
        """Join exactly these parts into the object; NoMultipartUploadError, UnavailableError if one was replaced."""


class CompletionQueue(Protocol):
    """Where work is handed over to whoever has time for it."""

    def enqueue(self, request: CompleteLayerUpload, delay_seconds: float = 0.0) -> None:
        """Have the upload completed, not before the delay is over. Without a queue nothing happens."""

    def dead_letter(self, message: str, reason: str, explanation: str) -> bool:
        """Keep a message that can never succeed for a person to look at; False if there is no place for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationLimits:
    """What direct uploads and verification may take; sizes in bytes, times in seconds. Sources: settings.py."""

    preferred_part_bytes: int
    max_parts: int
    parts_page: int
    budget_seconds: float
    lease_seconds: float
    checkpoint_bytes: int
    read_ahead_bytes: int
