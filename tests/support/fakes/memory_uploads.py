"""Upload records in memory."""

from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.upload import Reservation, StoredPart, Upload, UploadStatus
from moorage.usecases.ports.records import HeadWrite, PartClaim, PartReceipt

from tests.support.fakes.memory_records import MemoryRecords, atomic


class MemoryUploads:
    """Implements the port `Uploads`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def create(self, upload: Upload) -> None:
        present = self.records.uploads.setdefault(upload.upload_id.lower(), upload)
        if present.multipart_id != upload.multipart_id:
            raise InconsistentRecordsError(f"upload id {upload.upload_id} was given out twice")

    @atomic
    def read(self, upload_id: str) -> tuple[Upload, tuple[StoredPart, ...]] | None:
        head = self.get(upload_id)
        parts = self.records.parts.get(upload_id.lower(), {})
        return (head, tuple(parts[ordinal] for ordinal in sorted(parts))) if head else None

    @atomic
    def get(self, upload_id: str) -> Upload | None:
        return self.records.uploads.get(upload_id.lower())

    @atomic
    def claim_part(
        self,
        upload_id: str,
        *,
        registry_id: str,
        repository_name: str,
        first_byte: int,
        reservation: Reservation,
        now: float,
    ) -> PartClaim:
        head = self.get(upload_id)
        if (
            head is None
            or not head.belongs_to(registry_id, repository_name)
            or not head.takes_parts(now)
            or head.received_bytes != first_byte
            or head.is_reserved_for_others(reservation.sha256, now)
        ):
            return PartClaim(head, None)
        head = replace(head, tries=head.tries + 1, reservation=reservation)
        self.records.uploads[upload_id.lower()] = head
        return PartClaim(head, head.tries)

    @atomic
    def append(self, before: Upload, receipt: PartReceipt) -> HeadWrite:
        head = self.get(before.upload_id)
        if head is None or not is_unchanged(head, before):
            return HeadWrite(done=False, found=head)
        # Another try may have been counted since: that number is given out and stays so.
        self.records.uploads[before.upload_id.lower()] = replace(receipt.after, tries=head.tries)
        if receipt.stored is not None:
            self.records.parts.setdefault(before.upload_id.lower(), {})[receipt.stored.ordinal] = receipt.stored
        return HeadWrite(done=True)

    @atomic
    def settle(
        self, upload: Upload, status: UploadStatus, digest: Digest | None = None, failure: str | None = None
    ) -> HeadWrite:
        head = self.get(upload.upload_id)
        if head is None:
            return HeadWrite(done=False)
        if not is_unchanged(head, upload):
            return HeadWrite(done=(head.status, head.digest) == (status, digest), found=head)
        self.records.uploads[upload.upload_id.lower()] = settled(head, status, digest, failure)
        return HeadWrite(done=True)


def is_unchanged(head: Upload, seen: Upload) -> bool:
    """The head is still open and as long as the caller saw it."""
    return head.status is UploadStatus.OPEN and head.received_bytes == seen.received_bytes


def settled(head: Upload, status: UploadStatus, digest: Digest | None, failure: str | None = None) -> Upload:
    """The head after its end."""
    verification = replace(head.verification, lease=None) if head.verification else None
    return replace(
        head, status=status, digest=digest, hash_state=None, verification=verification, failure=failure or head.failure
    )
