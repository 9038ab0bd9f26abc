"""An upload: what every upload has, and how its bytes get into S3."""

from dataclasses import dataclass, field
from enum import StrEnum

from moorage.domain.digest import Digest
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.direct_upload import DirectDescriptor, Verification
from moorage.domain.uploads.relay_progress import RelayProgress
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload_ref import UploadRef


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload's head record. Times are epoch seconds. `multipart_id` is empty for the mode WHOLE."""

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
    transfer: RelayProgress | DirectDescriptor = field(default_factory=RelayProgress)
    """The progress of bytes that come through us, or the layer that the client says it sends straight to S3."""
    status: UploadStatus = UploadStatus.OPEN
    hash_state: HashState | None = None
    """The hash of the bytes that were received, or verified; None if it was lost."""
    verification: Verification | None = None
    """The progress of a verification, if the content must be read to be hashed."""
    digest: Digest | None = None
    """The digest, once the upload is completed or superseded."""
    keeps_object: bool = False
    """Whether the object became content. If not, it is garbage once the upload is settled or removed."""
    failure: str | None = None
    """Why the upload failed, as text."""

    @property
    def mode(self) -> UploadMode:
        """How the bytes get into S3."""
        if isinstance(self.transfer, RelayProgress):
            return UploadMode.RELAY
        return UploadMode.DIRECT if self.multipart_id else UploadMode.WHOLE

    @property
    def relayed(self) -> RelayProgress:
        """The progress of an upload whose bytes come through us. Raises: InconsistentRecordsError for another one."""
        if not isinstance(self.transfer, RelayProgress):
            raise InconsistentRecordsError(f"the bytes of upload {self.upload_id} do not come through us")
        return self.transfer

    @property
    def announced(self) -> DirectDescriptor | None:
        """The layer that the client announced, where it sends the bytes straight to S3."""
        return None if isinstance(self.transfer, RelayProgress) else self.transfer

    @property
    def received_bytes(self) -> int:
        """The bytes that came through us."""
        return self.transfer.received_bytes if isinstance(self.transfer, RelayProgress) else 0

    @property
    def size_bytes(self) -> int:
        """The layer's size: as received where the bytes come through us, as announced otherwise."""
        return self.transfer.received_bytes if isinstance(self.transfer, RelayProgress) else self.transfer.size_bytes

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

    def takes_parts(self, now: float) -> bool:
        """Whether UploadLayerPart may still add to it."""
        return self.status is UploadStatus.OPEN and self.mode is UploadMode.RELAY and not self.has_expired(now)
