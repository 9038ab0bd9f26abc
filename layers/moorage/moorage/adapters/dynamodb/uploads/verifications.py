"""Leases and checkpoints of verifications, on the upload's head in DynamoDB."""

from pynamodb.expressions.condition import Condition

from moorage.adapters.dynamodb.conditional_writes import update_or_conflict
from moorage.adapters.dynamodb.keys import HEAD, upload_pk
from moorage.adapters.dynamodb.uploads.head_writes import is_unchanged
from moorage.adapters.dynamodb.uploads.mapping import upload_of
from moorage.adapters.dynamodb.uploads.models import UploadItem
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.uploads.direct_upload import Lease
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports.records import UploadWrite


class DynamoDbVerifications:
    """Implements the port `Verifications`. Each docstring lists the calls to AWS."""

    def take_lease(self, upload: Upload, object_etag: str, lease: Lease, now: float) -> UploadWrite:
        """One conditional update that also reads the checkpoint."""
        is_first_or_same_object = UploadItem.object_etag.does_not_exist() | (UploadItem.object_etag == object_etag)
        nobody_is_at_it = UploadItem.lease_owner.does_not_exist() | (UploadItem.lease_until <= now)
        answer_was_lost = UploadItem.lease_owner == lease.owner
        return _write(
            upload,
            [
                UploadItem.object_etag.set(object_etag),
                UploadItem.verified_bytes.set(UploadItem.verified_bytes | 0),
                UploadItem.lease_owner.set(lease.owner),
                UploadItem.lease_until.set(lease.expires_at),
            ],
            is_unchanged(upload) & is_first_or_same_object & (nobody_is_at_it | answer_was_lost),
        )

    def checkpoint(self, upload: Upload, owner: str) -> UploadWrite:
        """One conditional update."""
        if upload.verification is None:
            raise InconsistentRecordsError(f"upload {upload.upload_id} is not being verified")
        lease, state = upload.verification.lease, upload.hash_state
        is_open = UploadItem.status == UploadStatus.OPEN.value
        is_ours = UploadItem.lease_owner == owner
        written = _write(
            upload,
            [
                UploadItem.verified_bytes.set(upload.verification.verified_bytes),
                UploadItem.hash_state.set(state.seal()) if state else UploadItem.hash_state.remove(),
                UploadItem.lease_owner.set(lease.owner) if lease else UploadItem.lease_owner.remove(),
                UploadItem.lease_until.set(lease.expires_at) if lease else UploadItem.lease_until.remove(),
            ],
            is_open & is_ours,
        )
        if (
            lease is None
            and not written.applied
            and written.current is not None
            and _has_let_go(written.current, upload)
        ):
            return UploadWrite(
                applied=True, current=written.current
            )  # an earlier attempt of this write, whose answer was lost
        return written


def _has_let_go(found: Upload | None, upload: Upload) -> bool:
    return found is not None and (found.status, found.verification) == (UploadStatus.OPEN, upload.verification)


def _write(upload: Upload, actions: list[object], condition: Condition) -> UploadWrite:
    done, item = update_or_conflict(UploadItem(upload_pk(upload.upload_id), HEAD), actions, condition)  # type: ignore[arg-type]
    return UploadWrite(applied=done, current=upload_of(item) if isinstance(item, UploadItem) else None)
