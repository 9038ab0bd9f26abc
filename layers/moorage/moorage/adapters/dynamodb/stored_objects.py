"""The records that lead from an S3 key to the content: S3's events contain only the key.

    entity       pk                     sk
    Object       OBJECT#{objectKey}     CONTENT

The commit that makes an object the content of a digest writes the record; the reaper removes it after the object.
"""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.conditional_writes import delete_if
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.layers.mapping import blob_key, blob_of
from moorage.adapters.dynamodb.layers.models import BlobItem
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, ObjectOf

CONTENT = "CONTENT"


class ObjectItem(Item, discriminator="object"):
    """The object with this key is, or was, the content of a digest."""

    registry_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    sharing_id = UnicodeAttribute()


def object_item(blob: Blob) -> ObjectItem:
    """The record that leads from a blob's object to the blob."""
    return ObjectItem(
        *object_record(blob.object_key),
        registry_id=blob.registry_id,
        digest=str(blob.digest),
        sharing_id=blob.encryption.sharing_id,
    )


def object_of_item(item: ObjectItem) -> ObjectOf:
    """The object of a record, and the content that the record leads to."""
    content = ContentId(item.registry_id, Digest.of(item.digest), item.sharing_id)
    return ObjectOf(object_key_of(item), content)


def find_content(object_key: str) -> Blob | None:
    """The blob whose object this is; two strongly consistent reads."""
    found = _get(object_record(object_key))
    if not isinstance(found, ObjectItem):
        return None
    blob = _get(blob_key(object_of_item(found).content))
    return blob_of(blob) if isinstance(blob, BlobItem) and blob.object_key == object_key else None


def check_never_content(transaction: TransactWrite, object_key: str) -> None:
    """Let the transaction fail if a commit has made this object the content of a digest."""
    transaction.condition_check(ObjectItem, *object_record(object_key), condition=ObjectItem.pk.does_not_exist())


def forget_object(object_key: str) -> None:
    """One conditional delete."""
    delete_if(ObjectItem(*object_record(object_key)), ObjectItem.pk.exists())


def _get(key: tuple[str, str]) -> Item | None:
    return next(iter(read_items([key])), None)


def object_record(object_key: str) -> tuple[str, str]:
    """The key of an object's record."""
    return f"OBJECT#{object_key}", CONTENT


def object_key_of(item: ObjectItem) -> str:
    """The object's key in S3."""
    return item.pk.partition("#")[2]
