"""Records of the table's stream, as changes of domain records."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from moorage.adapters.dynamodb.images.mapping import image_of, pending_of, tag_of
from moorage.adapters.dynamodb.images.models import ImageItem, PendingManifestItem, TagItem
from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.layers.mapping import blob_of, expiry_of_item, layer_of, link_of_item
from moorage.adapters.dynamodb.layers.models import BlobItem, ExpiryItem, LayerItem, LinkItem
from moorage.adapters.dynamodb.repositories.mapping import repository_of
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.adapters.dynamodb.uploads.mapping import upload_of
from moorage.adapters.dynamodb.uploads.models import UploadItem
from moorage.domain.records import Record
from moorage.usecases.reaper.handle_record_change import Change


def change_of(record: Mapping[str, Any]) -> Change:
    """The change that one stream record reports (view type NEW_AND_OLD_IMAGES)."""
    images = record["dynamodb"]
    return Change(before=record_of(images.get("OldImage")), after=record_of(images.get("NewImage")))


def record_of(image: Mapping[str, Any] | None) -> Record | None:
    """The domain record of a stream image; None if there is no image, or if the record needs no action (parts)."""
    if not image:
        return None
    item: Item = Item.from_raw_data({name: _decoded(value) for name, value in image.items()})
    return tag_of(item) if isinstance(item, TagItem) else record_of_item(item)


def _decoded(value: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda passes binary attributes as base64 text; PynamoDB expects bytes, like botocore."""
    (kind, content), *_ = value.items()
    return {kind: b64decode(content) if kind == "B" and isinstance(content, str) else content}


def record_of_item(item: Item) -> Record | None:
    """The domain record of any item; None for what belongs to another record. For fsck, tags belong to their images."""
    match item:
        case UploadItem():
            return upload_of(item)
        case LayerItem():
            return layer_of(item)
        case BlobItem():
            return blob_of(item)
        case LinkItem():
            return link_of_item(item)
        case ExpiryItem():
            return expiry_of_item(item)
        case ImageItem():
            return image_of(item)
        case PendingManifestItem():
            return pending_of(item)
        case RepositoryItem():
            return repository_of(item, None)
    return None
