"""Between records as stored and values of the domain, both ways."""

from moorage.adapters.dynamodb_models import (
    HEAD,
    META,
    BlobItem,
    Item,
    LayerItem,
    PartItem,
    RepositoryItem,
    UploadItem,
    blob_pk,
    blob_sk,
    layer_sk,
    part_sk,
    repository_pk,
    upload_pk,
)
from moorage.domain.digest import Digest
from moorage.domain.direct_upload import Claim, Lease, Verification
from moorage.domain.layer import Blob, Layer
from moorage.domain.records import Record
from moorage.domain.repository import Encryption, Repository
from moorage.domain.upload import ReceivedPart, StoredPart, Tail, Upload, UploadMode, UploadStatus


def repository_item(repository: Repository) -> RepositoryItem:
    """The record of a repository."""
    return RepositoryItem(
        repository_pk(repository.registry_id, repository.name),
        META,
        registry_id=repository.registry_id,
        repository_name=repository.name,
        incarnation=repository.incarnation,
        created_at=repository.created_at,
        deleting=repository.deleting,
        forced=repository.forced,
        encryption_type=repository.encryption.type,
        kms_key=repository.encryption.kms_key,
        tag_mutability=repository.tag_mutability,
        tag_mutability_filters=list(repository.tag_mutability_filters),
        scan_on_push=repository.scan_on_push,
        tags=[list(tag) for tag in repository.tags],
    )


def repository_of(item: RepositoryItem) -> Repository:
    """The repository of a record."""
    return Repository(
        registry_id=item.registry_id,
        name=item.repository_name,
        incarnation=item.incarnation,
        created_at=float(item.created_at),
        deleting=item.deleting,
        forced=item.forced,
        encryption=Encryption(item.encryption_type, item.kms_key),
        tag_mutability=item.tag_mutability,
        tag_mutability_filters=tuple(item.tag_mutability_filters),
        scan_on_push=item.scan_on_push,
        tags=tuple((key, value) for key, value in item.tags),
    )


def layer_item(layer: Layer) -> LayerItem:
    """The record of a layer."""
    return LayerItem(
        repository_pk(layer.registry_id, layer.repository_name),
        layer_sk(layer.digest),
        digest=str(layer.digest),
        size_bytes=layer.size_bytes,
        media_type=layer.media_type,
        upload_id=layer.upload_id,
        created_at=layer.created_at,
    )


def layer_of(item: LayerItem) -> Layer:
    """The layer of a record; its repository is in the key."""
    _, registry_id, name = item.pk.split("#", 2)
    return Layer(
        registry_id=registry_id,
        repository_name=name,
        digest=Digest(item.digest),
        size_bytes=int(item.size_bytes),
        media_type=item.media_type,
        upload_id=item.upload_id,
        created_at=float(item.created_at),
    )


def blob_item(blob: Blob) -> BlobItem:
    """The record of a blob."""
    return BlobItem(
        blob_pk(blob.registry_id, blob.digest),
        blob_sk(blob.encryption.sharing_id),
        registry_id=blob.registry_id,
        digest=str(blob.digest),
        encryption_type=blob.encryption.type,
        kms_key=blob.encryption.kms_key,
        object_key=blob.object_key,
        size_bytes=blob.size_bytes,
        refs=blob.refs,
        verified_at=blob.verified_at,
        expires_at=blob.expires_at,
    )


def blob_of(item: BlobItem) -> Blob:
    """The blob of a record."""
    return Blob(
        registry_id=item.registry_id,
        digest=Digest(item.digest),
        encryption=Encryption(item.encryption_type, item.kms_key),
        object_key=item.object_key,
        size_bytes=int(item.size_bytes),
        refs=int(item.refs),
        verified_at=float(item.verified_at),
        expires_at=int(item.expires_at) if item.expires_at is not None else None,
    )


def upload_item(upload: Upload) -> UploadItem:
    """The head record of an upload."""
    last, tail = upload.last_part, upload.tail
    claim, verification = upload.claim, upload.verification
    lease = verification.lease if verification else None
    return UploadItem(
        upload_pk(upload.upload_id),
        HEAD,
        upload_id=upload.upload_id,
        registry_id=upload.registry_id,
        repository_name=upload.repository_name,
        repository_incarnation=upload.repository_incarnation,
        encryption_type=upload.encryption.type,
        kms_key=upload.encryption.kms_key,
        object_key=upload.object_key,
        multipart_id=upload.multipart_id,
        initiated_at=upload.initiated_at,
        expires_at=upload.expires_at,
        mode=upload.mode.value,
        status=upload.status.value,
        received_bytes=upload.received_bytes,
        received_parts=upload.received_parts,
        stored_parts=upload.stored_parts,
        tries=upload.tries,
        last_first_byte=last.first_byte if last else None,
        last_last_byte=last.last_byte if last else None,
        last_sha256=last.sha256 if last else None,
        hash_state=upload.hash_state,
        tail_key=tail.object_key if tail else None,
        tail_bytes=tail.size_bytes if tail else None,
        tail_sha256=tail.sha256 if tail else None,
        smallest_part_bytes=upload.smallest_part_bytes,
        has_short_part=upload.has_short_part,
        digest=str(upload.digest) if upload.digest else None,
        keeps_object=upload.keeps_object,
        claimed_digest=str(claim.digest) if claim else None,
        claimed_bytes=claim.size_bytes if claim else None,
        claimed_media_type=claim.media_type if claim else None,
        client_part_bytes=claim.part_size_bytes if claim else None,
        object_etag=verification.object_etag if verification else None,
        verified_bytes=verification.verified_bytes if verification else None,
        lease_owner=lease.owner if lease else None,
        lease_until=lease.until if lease else None,
        failure=upload.failure,
    )


def upload_of(item: UploadItem) -> Upload:
    """The upload of a head record."""
    last = None
    if item.last_sha256 is not None:
        last = ReceivedPart(int(item.last_first_byte), int(item.last_last_byte), item.last_sha256)
    return Upload(
        upload_id=item.upload_id,
        registry_id=item.registry_id,
        repository_name=item.repository_name,
        repository_incarnation=item.repository_incarnation,
        encryption=Encryption(item.encryption_type, item.kms_key),
        object_key=item.object_key,
        multipart_id=item.multipart_id,
        initiated_at=float(item.initiated_at),
        expires_at=int(item.expires_at),
        mode=UploadMode(item.mode),
        status=UploadStatus(item.status),
        received_bytes=int(item.received_bytes),
        received_parts=int(item.received_parts),
        stored_parts=int(item.stored_parts),
        tries=int(item.tries),
        last_part=last,
        hash_state=item.hash_state,
        tail=Tail(item.tail_key, int(item.tail_bytes), item.tail_sha256) if item.tail_key else None,
        smallest_part_bytes=int(item.smallest_part_bytes),
        has_short_part=item.has_short_part,
        digest=Digest(item.digest) if item.digest else None,
        keeps_object=item.keeps_object,
        claim=_claim_of(item),
        verification=_verification_of(item),
        failure=item.failure,
    )


def _claim_of(item: UploadItem) -> Claim | None:
    if item.claimed_digest is None:
        return None
    return Claim(
        digest=Digest(item.claimed_digest),
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


def part_item(upload: Upload, part: StoredPart) -> PartItem:
    """The record of a stored part; it expires with its upload."""
    return PartItem(
        upload_pk(upload.upload_id),
        part_sk(part.ordinal),
        number=part.number,
        etag=part.etag,
        sha256=part.sha256,
        size_bytes=part.size_bytes,
        expires_at=upload.expires_at,
    )


def part_of(item: PartItem) -> StoredPart:
    """The stored part of a record; its ordinal is in the key."""
    return StoredPart(
        ordinal=int(item.sk.rpartition("#")[2]),
        number=int(item.number),
        etag=item.etag,
        sha256=item.sha256,
        size_bytes=int(item.size_bytes),
    )


def record_of_item(item: Item) -> Record | None:
    """The domain record of any item; None for a stored part."""
    match item:
        case UploadItem():
            return upload_of(item)
        case LayerItem():
            return layer_of(item)
        case BlobItem():
            return blob_of(item)
        case RepositoryItem():
            return repository_of(item)
    return None
