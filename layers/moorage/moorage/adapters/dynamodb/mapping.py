"""Between records as stored and values of the domain, both ways."""

from moorage.adapters.dynamodb.image_mapping import image_of, pending_of
from moorage.adapters.dynamodb.image_models import ImageItem, PendingManifestItem
from moorage.adapters.dynamodb.models import (
    META,
    BlobItem,
    Item,
    LayerItem,
    RepositoryItem,
    UploadItem,
    blob_pk,
    blob_sk,
    layer_sk,
    repository_of_pk,
    repository_pk,
)
from moorage.adapters.dynamodb.upload_mapping import upload_of
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, Layer
from moorage.domain.records import Record
from moorage.domain.repository import Encryption, Repository, RepositoryId, TagFilter, TagMutability


def repository_item(repository: Repository) -> RepositoryItem:
    """The record of a repository."""
    return RepositoryItem(
        repository_pk(repository.id),
        META,
        registry_id=repository.registry_id,
        repository_name=repository.name,
        incarnation=repository.incarnation,
        created_at=repository.created_at,
        deleting=repository.deleting,
        forced=repository.forced,
        encryption_type=repository.encryption.type,
        kms_key=repository.encryption.kms_key,
        tag_mutability=repository.tag_mutability.value,
        tag_mutability_filters=[
            {"filterType": each.type, "filter": each.pattern} for each in repository.tag_mutability_filters
        ],
        scan_on_push=repository.scan_on_push,
        tags=[list(tag) for tag in repository.tags],
        policy=repository.policy,
    )


def repository_of(item: RepositoryItem, registry_policy: str | None) -> Repository:
    """The repository of a record; the policies of both decide about requests to it."""
    return Repository(
        id=RepositoryId(item.registry_id, item.repository_name),
        incarnation=item.incarnation,
        created_at=float(item.created_at),
        deleting=item.deleting,
        forced=item.forced,
        encryption=Encryption(item.encryption_type, item.kms_key),
        tag_mutability=TagMutability(item.tag_mutability),
        tag_mutability_filters=tuple(
            TagFilter(each["filter"], each["filterType"]) for each in item.tag_mutability_filters
        ),
        scan_on_push=item.scan_on_push,
        tags=tuple((key, value) for key, value in item.tags),
        policy=item.policy,
        policies=tuple(text for text in (item.policy, registry_policy) if text),
    )


def layer_item(layer: Layer) -> LayerItem:
    """The record of a layer."""
    return LayerItem(
        repository_pk(layer.repository),
        layer_sk(layer.digest),
        digest=str(layer.digest),
        size_bytes=layer.size_bytes,
        media_type=layer.media_type,
        upload_id=layer.upload_id,
        created_at=layer.created_at,
        confirmed_at=layer.last_confirmed_at,
    )


def layer_of(item: LayerItem) -> Layer:
    """The layer of a record; its repository is in the key."""
    return Layer(
        repository=repository_of_pk(item.pk),
        digest=Digest.of(item.digest),
        size_bytes=int(item.size_bytes),
        media_type=item.media_type,
        upload_id=item.upload_id,
        created_at=float(item.created_at),
        last_confirmed_at=None if item.confirmed_at is None else float(item.confirmed_at),
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
        lost_at=blob.lost_at,
        expires_at=blob.expires_at,
    )


def blob_of(item: BlobItem) -> Blob:
    """The blob of a record."""
    return Blob(
        registry_id=item.registry_id,
        digest=Digest.of(item.digest),
        encryption=Encryption(item.encryption_type, item.kms_key),
        object_key=item.object_key,
        size_bytes=int(item.size_bytes),
        refs=int(item.refs),
        verified_at=float(item.verified_at),
        lost_at=float(item.lost_at) if item.lost_at is not None else None,
        expires_at=int(item.expires_at) if item.expires_at is not None else None,
    )


def record_of_item(item: Item) -> Record | None:
    """The domain record of any item; None for what belongs to another record."""
    match item:
        case UploadItem():
            return upload_of(item)
        case LayerItem():
            return layer_of(item)
        case BlobItem():
            return blob_of(item)
        case ImageItem():
            return image_of(item)
        case PendingManifestItem():
            return pending_of(item)
        case RepositoryItem():
            return repository_of(item, None)
    return None
