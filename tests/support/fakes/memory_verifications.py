"""Leases and checkpoints in memory."""

from dataclasses import replace

from moorage.domain.uploads.direct_upload import Lease, Verification
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports.records import UploadWrite

from tests.support.fakes.memory_records import MemoryRecords, atomic
from tests.support.fakes.memory_uploads import is_unchanged


class MemoryVerifications:
    """Implements the port `Verifications`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def take_lease(self, upload: Upload, object_etag: str, lease: Lease, now: float) -> UploadWrite:
        head = self.records.uploads.get(upload.upload_id.lower())
        if head is None or not is_unchanged(head, upload) or not _is_free(head.verification, object_etag, lease, now):
            return UploadWrite(applied=False, current=head)
        verification = replace(head.verification or Verification(object_etag=object_etag), lease=lease)
        return self._written(replace(head, verification=verification))

    @atomic
    def checkpoint(self, upload: Upload, owner: str) -> UploadWrite:
        head = self.records.uploads.get(upload.upload_id.lower())
        assert upload.verification is not None
        if head is None or head.status is not UploadStatus.OPEN or head.verification is None:
            return UploadWrite(applied=False, current=head)
        lease = head.verification.lease
        if lease is None or lease.owner != owner:
            return UploadWrite(applied=head.verification == upload.verification and lease is None, current=head)
        return self._written(replace(head, verification=upload.verification, hash_state=upload.hash_state))

    def _written(self, head: Upload) -> UploadWrite:
        self.records.uploads[head.upload_id.lower()] = head
        return UploadWrite(applied=True, current=head)


def _is_free(verification: Verification | None, object_etag: str, lease: Lease, now: float) -> bool:
    if verification is None:
        return True
    held = verification.lease
    return verification.object_etag == object_etag and (
        held is None or held.owner == lease.owner or held.expires_at <= now
    )
