"""Converts the records of layers and content to domain values, and back."""

from moorage.adapters.dynamodb.keys import blob_pk, blob_sk, layer_sk, repository_of_pk, repository_pk
from moorage.adapters.dynamodb.layers.models import BlobItem, LayerItem
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Encryption


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
