"""An upload: its received bytes, its stored parts, and its rules for the next part.

A *received* part is what a caller sent; a *stored* part is a part of the S3 multipart upload. Usually they are the
same. If callers send less than S3's minimum, a received part is kept as an object, the *tail*. The next part is joined
to it. If the upload is completed first, the tail becomes its last part.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.direct_upload import DirectDescriptor, Verification
from moorage.domain.uploads.sha256_state import HashState


class UploadRef(NamedTuple):
    """The id of an upload and its repository: an upload id is valid in one repository only."""

    repository: RepositoryId
    upload_id: str


class UploadMode(StrEnum):
    """How the bytes get into S3."""

    RELAY = "relay"
    """Part by part through us."""
    DIRECT = "direct"
    """Part by part from the client straight to S3."""
    WHOLE = "whole"
    """By one PutObject, from us or from the client: S3 verifies the SHA-256, and there is no multipart upload."""


class UploadStatus(StrEnum):
    """An upload leaves OPEN once, by one conditional write, and never returns."""

    OPEN = "open"
    COMPLETED = "completed"
    """The layer record exists; the same completion sent again gets the same answer."""
    SUPERSEDED = "superseded"
    """Another upload made this layer first."""
    FAILED = "failed"
    """The stored bytes can never become the layer."""
    ABANDONED = "abandoned"
    """The client aborted it, or its repository was deleted."""


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """The last part a caller sent: its range (inclusive) and its own sha256, to recognise a repetition."""

    first_byte: int
    last_byte: int
    sha256: bytes

    @property
    def size_bytes(self) -> int:
        """Length of the part."""
        return self.last_byte - self.first_byte + 1


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part of the multipart upload. `part_number` is its place in the layer and its S3 part number: 1, 2, 3 …

    S3 requires part numbers without gaps if parts carry a SHA-256 (S3 User Guide, Checking object integrity).
    """

    part_number: int
    etag: str
    sha256: bytes
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The object with the end of the layer, while it is too short to be a stored part before others."""

    object_key: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Reservation:
    """The next place in the layer is reserved for bytes with this sha256, until `expires_at` (epoch seconds).

    Requests for one place share an S3 part number, so one must not overwrite what another has stored. Requests with the
    same bytes may run at the same time; requests with other bytes must wait.
    """

    sha256: bytes
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload's head record. Times are epoch seconds; `hash_state` is None if it was lost.

    `multipart_id` is empty for the mode WHOLE.

    `received_bytes` is also its version: every accepted part raises it, so a write conditional on it sees no
    other write in between. `attempts` counts the attempts to store a part; each names its tail by it.
    """

    ref: UploadRef
    repository_incarnation: str
    encryption: Encryption
    object_key: str
    multipart_id: str
    initiated_at: float
    expires_at: int
    initiator: str | None = None
    """The subject of the caller that began it, who alone may continue it (domain/caller.py); "" is nobody.

    None for one that the registry itself or an earlier version began.
    """
    mode: UploadMode = UploadMode.RELAY
    status: UploadStatus = UploadStatus.OPEN
    received_bytes: int = 0
    received_parts: int = 0
    stored_parts: int = 0
    attempts: int = 0
    reservation: Reservation | None = None
    last_part: ReceivedPart | None = None
    hash_state: HashState | None = None
    tail: Tail | None = None
    min_part_bytes: int = 0
    """The minimum size of a part except the last, as set when the upload began: the setting may change later."""
    has_short_part: bool = False
    """A part before the last one was smaller than `min_part_bytes`."""
    digest: Digest | None = None
    """The digest, once the upload is completed or superseded."""
    keeps_object: bool = False
    """Whether the object became content. If not, it is garbage once the upload is settled or removed."""
    claim: DirectDescriptor | None = None
    """Of a direct upload: the layer that the client says it sends."""
    verification: Verification | None = None
    """The progress of a verification, if the content must be read to be hashed."""
    failure: str | None = None
    """Why the upload failed, as text."""

    @property
    def size_bytes(self) -> int:
        """The layer's size: as claimed where the bytes go straight to S3, as received where they come through us."""
        return self.claim.size_bytes if self.claim else self.received_bytes

    @property
    def upload_id(self) -> str:
        """Its id."""
        return self.ref.upload_id

    @property
    def repository(self) -> RepositoryId:
        """The repository that it belongs to: nobody else may know that it exists."""
        return self.ref.repository

    def has_expired(self, now: float) -> bool:
        """TTL removes records late, so expiry is checked here."""
        return self.expires_at <= now

    def is_reserved_for_others(self, sha256: bytes, now: float) -> bool:
        """Whether a part with other bytes is being stored at the next place."""
        reserved = self.reservation
        return reserved is not None and reserved.sha256 != sha256 and reserved.expires_at > now

    def takes_parts(self, now: float) -> bool:
        """Whether UploadLayerPart may still add to it."""
        return self.status is UploadStatus.OPEN and self.mode is UploadMode.RELAY and not self.has_expired(now)


def leaves_tail(upload: Upload, size_bytes: int, min_stored_bytes: int) -> bool:
    """Whether a part of `size_bytes`, joined to the tail if there is one, becomes the tail and not yet a stored part.

    It does if S3 would refuse it before another part, but the registry accepts another part after it (it has at least
    the upload's `min_part_bytes`). A shorter part must be the last.
    """
    joined_bytes = size_bytes + (upload.tail.size_bytes if upload.tail else 0)
    return upload.min_part_bytes <= size_bytes and joined_bytes < min_stored_bytes
