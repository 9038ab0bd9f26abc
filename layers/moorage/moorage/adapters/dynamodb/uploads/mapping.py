"""Converts an upload's records to the domain's `Upload`, and back."""

from moorage.adapters.dynamodb.keys import HEAD, part_sk, pointer_sk, repository_pk, upload_pk
from moorage.adapters.dynamodb.uploads.models import PartItem, PointerItem, UploadItem
from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.direct_upload import DirectDescriptor, Lease, Verification
from moorage.domain.uploads.relay_progress import ReceivedPart, RelayProgress, Reservation, StoredPart, Tail
from moorage.domain.uploads.sha256_state import unseal
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef


def upload_item(upload: Upload) -> UploadItem:
    """The head record of an upload. One whose bytes go straight to S3 has the progress of nothing received."""
    progress = upload.transfer if isinstance(upload.transfer, RelayProgress) else RelayProgress()
    last, tail, reservation = progress.last_part, progress.tail, progress.reservation
    announced, verification = upload.announced, upload.verification
    lease = verification.lease if verification else None
    return UploadItem(
        upload_pk(upload.upload_id),
        HEAD,
        upload_id=upload.upload_id,
        registry_id=upload.repository.registry_id,
        repository_name=upload.repository.name,
        repository_incarnation=upload.repository_incarnation,
        encryption_type=upload.encryption.type,
        kms_key=upload.encryption.kms_key,
        object_key=upload.object_key,
        multipart_id=upload.multipart_id,
        initiated_at=upload.initiated_at,
        initiator=upload.initiator,
        expires_at=upload.expires_at,
        mode=upload.mode.value,
        status=upload.status.value,
        received_bytes=progress.received_bytes,
        received_parts=progress.received_parts,
        stored_parts=progress.stored_parts,
        attempts=progress.attempts,
        reserved_sha256=reservation.sha256 if reservation else None,
        reserved_until=reservation.expires_at if reservation else None,
        last_first_byte=last.first_byte if last else None,
        last_last_byte=last.last_byte if last else None,
        last_sha256=last.sha256 if last else None,
        hash_state=upload.hash_state.seal() if upload.hash_state else None,
        tail_key=tail.object_key if tail else None,
        tail_bytes=tail.size_bytes if tail else None,
        tail_sha256=tail.sha256 if tail else None,
        min_part_bytes=progress.min_part_bytes,
        has_short_part=progress.has_short_part,
        digest=str(upload.digest) if upload.digest else None,
        keeps_object=upload.keeps_object,
        claimed_digest=str(announced.digest) if announced else None,
        claimed_bytes=announced.size_bytes if announced else None,
        claimed_media_type=announced.media_type if announced else None,
        client_part_bytes=announced.part_size_bytes if announced else None,
        object_etag=verification.object_etag if verification else None,
        verified_bytes=verification.verified_bytes if verification else None,
        lease_owner=lease.owner if lease else None,
        lease_until=lease.expires_at if lease else None,
        failure=upload.failure,
    )


def upload_of(item: UploadItem) -> Upload:
    """The upload of a head record."""
    return Upload(
        ref=UploadRef(RepositoryId(item.registry_id, item.repository_name), item.upload_id),
        repository_incarnation=item.repository_incarnation,
        encryption=Encryption(item.encryption_type, item.kms_key),
        object_key=item.object_key,
        multipart_id=item.multipart_id,
        initiated_at=float(item.initiated_at),
        initiator=item.initiator,
        expires_at=int(item.expires_at),
        transfer=_progress_of(item) if item.claimed_digest is None else _announced_of(item),
        status=UploadStatus(item.status),
        hash_state=unseal(item.hash_state),
        verification=_verification_of(item),
        digest=Digest.of(item.digest) if item.digest else None,
        keeps_object=item.keeps_object,
        failure=item.failure,
    )


def _progress_of(item: UploadItem) -> RelayProgress:
    last = None
    if item.last_sha256 is not None:
        last = ReceivedPart(int(item.last_first_byte), int(item.last_last_byte), item.last_sha256)
    return RelayProgress(
        received_bytes=int(item.received_bytes),
        received_parts=int(item.received_parts),
        stored_parts=int(item.stored_parts),
        attempts=int(item.attempts),
        reservation=Reservation(item.reserved_sha256, int(item.reserved_until)) if item.reserved_sha256 else None,
        last_part=last,
        tail=Tail(item.tail_key, int(item.tail_bytes), item.tail_sha256) if item.tail_key else None,
        min_part_bytes=int(item.min_part_bytes),
        has_short_part=item.has_short_part,
    )


def _announced_of(item: UploadItem) -> DirectDescriptor:
    return DirectDescriptor(
        digest=Digest.of(item.claimed_digest),
        size_bytes=int(item.claimed_bytes),
        part_size_bytes=int(item.client_part_bytes),
        media_type=item.claimed_media_type,
    )


def _verification_of(item: UploadItem) -> Verification | None:
    if item.object_etag is None:
        return None
    return Verification(
        object_etag=item.object_etag,
        verified_bytes=int(item.verified_bytes or 0),
        lease=Lease(item.lease_owner, float(item.lease_until)) if item.lease_owner else None,
    )


def pointer_item(upload: Upload) -> PointerItem:
    """The record that leads from the repository to the upload."""
    return PointerItem(
        repository_pk(upload.repository),
        pointer_sk(upload.upload_id),
        upload_id=upload.upload_id,
        incarnation=upload.repository_incarnation,
        expires_at=upload.expires_at,
    )


def part_item(upload: Upload, part: StoredPart) -> PartItem:
    """The record of a stored part; it expires with its upload."""
    return PartItem(
        upload_pk(upload.upload_id),
        part_sk(part.part_number),
        etag=part.etag,
        sha256=part.sha256,
        size_bytes=part.size_bytes,
        expires_at=upload.expires_at,
    )


def part_of(item: PartItem) -> StoredPart:
    """The stored part of a record; its part_number is in the key."""
    return StoredPart(
        part_number=int(item.sk.rpartition("#")[2]),
        etag=item.etag,
        sha256=item.sha256,
        size_bytes=int(item.size_bytes),
    )
