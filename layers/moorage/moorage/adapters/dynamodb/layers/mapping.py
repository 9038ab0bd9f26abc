"""Converts the records of layers and content to domain values, and back."""

from collections.abc import Iterable

from moorage.adapters.dynamodb.gates import Gate, content_gate
from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.keys import (
    blob_pk,
    blob_sk,
    expiry_sk,
    layer_sk,
    link_sk,
    repository_of_pk,
    repository_pk,
)
from moorage.adapters.dynamodb.layers.models import BlobItem, ExpiryItem, LayerItem, LinkItem
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, Expiry, Layer, Link
from moorage.domain.repositories.repository import Encryption, RepositoryId


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
        refs=int(item.refs) if item.refs is not None else None,
        verified_at=float(item.verified_at),
        lost_at=float(item.lost_at) if item.lost_at is not None else None,
        expires_at=int(item.expires_at) if item.expires_at is not None else None,
    )


def blob_key(content: ContentId) -> tuple[str, str]:
    """The key of the record of content."""
    return blob_pk(content.registry_id, content.digest), blob_sk(content.sharing_id)


def gate_of(blob: Blob) -> Gate:
    """The gate of content with this object; with another object, it has another gate."""
    return content_gate(blob.registry_id, blob.digest, blob.object_key)


def link_item(link: Link) -> LinkItem:
    """The record of a link."""
    content = link.content
    return LinkItem(
        blob_pk(content.registry_id, content.digest),
        link_sk(content.sharing_id, link.repository.name),
        registry_id=content.registry_id,
        digest=str(content.digest),
        sharing_id=content.sharing_id,
        repository_name=link.repository.name,
        upload_id=link.upload_id,
    )


def link_of_item(item: LinkItem) -> Link:
    """The link of a record."""
    return Link(_content_of(item), RepositoryId(item.registry_id, item.repository_name), item.upload_id)


def expiry_key(content: ContentId) -> tuple[str, str]:
    """The key of the expiry of content."""
    return blob_pk(content.registry_id, content.digest), expiry_sk(content.sharing_id)


def digests_with_content(items: Iterable[Item]) -> set[str]:
    """The digests of those items that are blobs, and are not known to be lost."""
    return {item.digest for item in items if isinstance(item, BlobItem) and not item.lost_at}


def expiry_item(expiry: Expiry) -> ExpiryItem:
    """The record of an expiry."""
    content = expiry.content
    return ExpiryItem(
        *expiry_key(content),
        registry_id=content.registry_id,
        digest=str(content.digest),
        sharing_id=content.sharing_id,
        expires_at=expiry.expires_at,
    )


def expiry_of_item(item: ExpiryItem) -> Expiry:
    """The expiry of a record."""
    return Expiry(_content_of(item), int(item.expires_at or 0))


def _content_of(item: LinkItem | ExpiryItem) -> ContentId:
    return ContentId(item.registry_id, Digest.of(item.digest), item.sharing_id)
