"""Records of the table's stream, as changes of domain records."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from moorage.adapters.dynamodb.mapping import record_of_item
from moorage.adapters.dynamodb.models import Item
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
    return record_of_item(Item.from_raw_data({name: _decoded(value) for name, value in image.items()}))


def _decoded(value: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda passes binary attributes as base64 text; PynamoDB expects bytes, like botocore."""
    (kind, content), *_ = value.items()
    return {kind: b64decode(content) if kind == "B" and isinstance(content, str) else content}
