"""Upload records in memory."""

from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.relay_progress import Reservation, StoredPart
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.ports.records import PartReceipt, PartReservation, UploadWrite
from moorage.usecases.ports.unrecorded import Recorded

from tests.support.fakes.memory_records import MemoryRecords, atomic


class MemoryUploads:
    """Implements the port `Uploads`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def create(self, upload: Upload) -> bool:
        present = self.records.uploads.get(upload.upload_id.lower(), upload)
        if present.multipart_id != upload.multipart_id:
            raise InconsistentRecordsError(f"upload id {upload.upload_id} was given out twice")
        if self.records.is_closed(upload.repository, upload.repository_incarnation):
            return False
        self.records.uploads.setdefault(upload.upload_id.lower(), upload)
        return True

    @atomic
    def record(self, upload: Upload) -> Recorded:
        if any(blob.object_key == upload.object_key for blob in self.records.blobs.values()):
            return Recorded.COMMITTED
        return Recorded.DONE if self.create(upload) else Recorded.CLOSED

    @atomic
    def read(self, upload_id: str) -> tuple[Upload, tuple[StoredPart, ...]] | None:
        head = self.get(upload_id)
        parts = self.records.parts.get(upload_id.lower(), {})
        return (head, tuple(parts[part_number] for part_number in sorted(parts))) if head else None

    @atomic
    def get(self, upload_id: str) -> Upload | None:
        return self.records.uploads.get(upload_id.lower())

    @atomic
    def reserve_part(
        self,
        upload: UploadRef,
        *,
        first_byte: int,
        reservation: Reservation,
        now: float,
        initiator: str | None = None,
    ) -> PartReservation:
        head = self.get(upload.upload_id)
        if (
            head is None
            or head.repository != upload.repository
            or not head.takes_parts(now)
            or (initiator is not None and head.initiator not in (None, initiator))
            or head.received_bytes != first_byte
            or head.relayed.is_reserved_for_others(reservation.sha256, now)
        ):
            return PartReservation(head, None)
        progress = replace(head.relayed, attempts=head.relayed.attempts + 1, reservation=reservation)
        head = replace(head, transfer=progress)
        self.records.uploads[upload.upload_id.lower()] = head
        return PartReservation(head, progress.attempts)

    @atomic
    def append(self, before: Upload, receipt: PartReceipt) -> UploadWrite:
        head = self.get(before.upload_id)
        if head is None or not is_unchanged(head, before):
            return UploadWrite(applied=False, current=head)
        # Another attempt may have got a number since; its number stays used.
        progress = replace(receipt.after.relayed, attempts=head.relayed.attempts)
        self.records.uploads[before.upload_id.lower()] = replace(receipt.after, transfer=progress)
        if receipt.stored is not None:
            self.records.parts.setdefault(before.upload_id.lower(), {})[receipt.stored.part_number] = receipt.stored
        return UploadWrite(applied=True)

    @atomic
    def settle(
        self, upload: Upload, status: UploadStatus, digest: Digest | None = None, failure: str | None = None
    ) -> UploadWrite:
        head = self.get(upload.upload_id)
        if head is None:
            return UploadWrite(applied=False)
        if not is_unchanged(head, upload):
            return UploadWrite(applied=(head.status, head.digest) == (status, digest), current=head)
        self.records.uploads[upload.upload_id.lower()] = settled(head, status, digest, failure)
        return UploadWrite(applied=True)

    @atomic
    def abandon_all(self, repository: Repository) -> None:
        for upload_id, head in self.records.uploads.items():
            incarnation = (head.repository, head.repository_incarnation)
            if incarnation == (repository.id, repository.incarnation) and head.status is UploadStatus.OPEN:
                self.records.uploads[upload_id] = settled(head, UploadStatus.ABANDONED, None)


def is_unchanged(head: Upload, seen: Upload) -> bool:
    """The head is still open and as long as the caller saw it."""
    return head.status is UploadStatus.OPEN and head.received_bytes == seen.received_bytes


def settled(head: Upload, status: UploadStatus, digest: Digest | None, failure: str | None = None) -> Upload:
    """The head after its end."""
    verification = replace(head.verification, lease=None) if head.verification else None
    return replace(
        head, status=status, digest=digest, hash_state=None, verification=verification, failure=failure or head.failure
    )
