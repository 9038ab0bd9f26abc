"""The records that the use cases need: repositories, uploads with their parts, layers and blobs.

Every method may raise UnavailableError (throttling, outage, conflict) and EncryptionError (the key service).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.relay_progress import Reservation, StoredPart
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.ports.unrecorded import Recorded


@dataclass(frozen=True, slots=True)
class RepositoryWrite:
    """The result of a change: `applied`, or refused.

    If it was refused, `current` is the repository as it is now; None if the repository is gone or is being deleted.
    """

    applied: bool
    current: Repository | None = None


class Repositories(Protocol):
    """Repository records."""

    def create(self, repository: Repository) -> None:
        """Write a new repository. Raises: RepositoryAlreadyExistsError if another incarnation has the name."""

    def get(self, repository: RepositoryId, *, even_closed: bool = False) -> Repository | None:
        """Read a repository, with every policy that applies to it.

        None if there is none, or if its deletion has begun, unless `even_closed`.
        """

    def get_many(self, registry_id: str, names: Sequence[str]) -> list[Repository]:
        """Read up to 100 repositories, in the order of `names`; those that do not exist are left out."""

    def list_page(self, registry_id: str, after: str | None, limit: int) -> tuple[list[Repository], str | None]:
        """One page in name order, and the name that the next page follows; None at the end."""

    def change_settings(self, before: Repository, after: Repository) -> RepositoryWrite:
        """Write resource tags, tag mutability and scanning, if those of this incarnation are still as in `before`."""

    def begin_deletion(self, repository: RepositoryId, *, forced: bool, closed_until: int) -> Repository | None:
        """Close the repository for new records and return it, even if it is closed already; None if there is none.

        The repository stays closed until its deletion ends. This incarnation stays closed at least until `closed_until`
        (epoch seconds).

        A deletion that is forced stays forced.
        """

    def call_off_deletion(self, repository: Repository) -> None:
        """Open the repository again, if this incarnation is being deleted, and the deletion is not forced."""

    def finish_deletion(self, repository: Repository) -> bool:
        """Remove the record of this incarnation, whose deletion has begun; False if it is open again."""


@dataclass(frozen=True, slots=True)
class PartReservation:
    """The answer to a reservation: the upload as it is now, and the number of this attempt, which no other attempt has.

    `attempt_number` is None if the reservation was refused; `upload` is None if there is no such upload.
    """

    upload: Upload | None
    attempt_number: int | None


@dataclass(frozen=True, slots=True)
class UploadWrite:
    """The result of a conditional write. If it was refused, `current` is the head as it is now, None if it is gone."""

    applied: bool
    current: Upload | None = None
    content_is_closed: bool = False
    """Of a commit: the content that it would have linked to is closed by the collector, or was replaced."""


@dataclass(frozen=True, slots=True)
class PartReceipt:
    """What one accepted part changes: the head's new values and the stored part's record, None while it is the tail."""

    after: Upload
    stored: StoredPart | None


class Uploads(Protocol):
    """Upload records: a head, and one record for each stored part."""

    def create(self, upload: Upload) -> bool:
        """Write a new upload; False if the deletion of its repository has begun."""

    def record(self, upload: Upload) -> Recorded:
        """Write the record of an upload that had none."""

    def read(self, upload_id: str) -> tuple[Upload, tuple[StoredPart, ...]] | None:
        """Head and stored parts in order of their part_numbers, strongly consistent."""

    def get(self, upload_id: str) -> Upload | None:
        """The head alone, strongly consistent."""

    def reserve_part(
        self,
        upload: UploadRef,
        *,
        first_byte: int,
        reservation: Reservation,
        now: float,
        initiator: str | None = None,
    ) -> PartReservation:
        """Reserve the next place in the layer and count an attempt.

        Granted if the upload is this repository's, takes parts, has received exactly `first_byte` bytes, and if the
        place is not reserved for other bytes at `now`. If `initiator` is not None, it must be the subject that began
        the upload.
        """

    def append(self, before: Upload, receipt: PartReceipt) -> UploadWrite:
        """Record an accepted part if the head is still open and has received as much as `before`."""

    def settle(
        self, upload: Upload, status: UploadStatus, digest: Digest | None = None, failure: str | None = None
    ) -> UploadWrite:
        """Change the head from OPEN to `status`, if it is still open and has received as much as `upload`."""

    def abandon_all(self, repository: Repository) -> None:
        """Settle every open upload of this incarnation, whose deletion has begun, as ABANDONED."""


@dataclass(frozen=True, slots=True)
class LayerLookup:
    """What is known around a digest, read at one time: the repository, its layer record, the registry's blob."""

    repository: Repository | None
    layer: Layer | None
    blob: Blob | None
    content_is_closed: bool = False
    """Whether a commit found that the collector has closed the blob: nothing can link to it."""

    @property
    def has_content(self) -> bool:
        """Whether there is a blob whose object is not known to be lost. Without it, the layer cannot be read."""
        return self.blob is not None and self.blob.lost_at is None


class LayerCatalog(Protocol):
    """Layer and blob records."""

    def look_up(self, repository: RepositoryId, digest: Digest | None, encryption: Encryption) -> LayerLookup:
        """Repository, layer and blob in one strongly consistent read."""

    def find_layers(self, repository: RepositoryId, digests: Iterable[Digest]) -> dict[Digest, Layer]:
        """Those of up to 100 digests that the repository has."""

    def confirm(self, layers: Sequence[Layer], now: float) -> frozenset[Digest]:
        """Record that up to 100 layers of a repository were confirmed, and clear their removal marks.

        Returns the digests of those that still exist.
        """

    def layers_of(self, repository: RepositoryId) -> Iterator[list[Layer]]:
        """Every layer record of the repository, page by page."""

    def find_available(self, repository: Repository, digests: Iterable[Digest]) -> dict[Digest, Layer]:
        """Those of up to 100 digests that the repository has. Their content has a record, and is not marked as lost."""

    def mark_lost(self, blob: Blob, lost_at: float) -> None:
        """Record that the blob's object is missing or damaged, if the blob still has it; an earlier time is kept."""

    def find_content(self, object_key: str) -> Blob | None:
        """The blob that a commit gave this object, if it still has it."""

    def commit(self, upload: Upload, layer: Layer, blob: Blob, *, found: LayerLookup) -> UploadWrite:
        """Write layer and blob and complete the upload, all or nothing.

        The layer must still be as in `found`, and gets a link to its content. An existing layer is not changed. If
        there is no blob, it is written. A blob with the same object is linked to, unless the collector has closed it.
        The object of another blob is replaced; commits that have read it cannot link any more. The repository must be
        there, and the upload open and as long as `upload`. If the commit was refused for another reason than the
        upload, `current` is `upload`: look up the layer and the blob again.
        """

    def commit_unrecorded(self, upload: Upload, layer: Layer, blob: Blob) -> bool:
        """Write layer and blob, both new, of an upload without a record; False if one of the three is there by now."""

    def unlink(self, repository: Repository, layers: Sequence[Layer]) -> None:
        """Remove layer records of a repository whose deletion has begun, and their links to content.

        Records that are already gone are skipped; nothing happens once the deletion has ended.
        """
