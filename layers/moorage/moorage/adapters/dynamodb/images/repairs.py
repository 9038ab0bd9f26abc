"""Reads the records of images as rows for fsck, and corrects them by conditional writes."""

from collections.abc import Callable

from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.conditional_writes import delete_if, update_or_conflict, write_together
from moorage.adapters.dynamodb.images.mapping import image_key, referrer_item, use_item
from moorage.adapters.dynamodb.images.models import (
    ImageItem,
    ImageTagItem,
    PendingManifestItem,
    ReferrerItem,
    TagItem,
    UseItem,
)
from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.keys import (
    image_sk,
    image_tag_sk,
    push_sk,
    referrer_sk,
    repository_of_pk,
    repository_pk,
    tag_sk,
    use_sk,
)
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, PendingManifest
from moorage.usecases.ports.inventory import ImageRow, RowKind


def image_row_of(item: Item) -> ImageRow | None:
    """The row of an item; None for an item of another kind."""
    match item:
        case TagItem():
            return _row(item, RowKind.TAG, item.digest, item.tag)
        case ImageTagItem():
            return _row(item, RowKind.REVERSE_TAG, item.sk.split("#")[1], item.tag)
        case UseItem():
            row = _row(item, RowKind.USE, item.digest, item.sk.split("#")[1])
            return ImageRow(row.kind, row.repository, row.digest, row.about, item.push_id, float(item.written_at))
        case ReferrerItem():
            return _row(item, RowKind.REFERRER, item.digest, item.sk.split("#")[1])
    return None


class DynamoDbImageRepairs:
    """Implements the port `ImageRepairs`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def remove_row(self, row: ImageRow) -> bool:
        """One transaction of a check and a delete; one more for a reverse tag record whose image exists."""
        pk, digest = repository_pk(row.repository), str(row.digest)
        has_no_image = ImageItem.pk.does_not_exist()
        if self._delete(
            row, lambda each: each.condition_check(ImageItem, pk, image_sk(digest), condition=has_no_image)
        ):
            return True
        if row.kind is not RowKind.REVERSE_TAG:
            return False
        points_elsewhere = TagItem.pk.does_not_exist() | (TagItem.digest != digest)
        tag = tag_sk(row.about)
        return self._delete(row, lambda each: each.condition_check(TagItem, pk, tag, condition=points_elsewhere))

    def _delete(self, row: ImageRow, check: Callable[[TransactWrite], None]) -> bool:
        is_same: Condition = Item.pk.exists()
        if row.kind is RowKind.TAG:
            is_same = TagItem.digest == str(row.digest)
        if row.kind is RowKind.USE:
            is_same = UseItem.push_id == row.push_id

        def fill(transaction: TransactWrite) -> None:
            check(transaction)
            transaction.delete(_item(row), condition=is_same)

        return not write_together(self._connection, fill)

    def write_row(self, row: ImageRow, image: Image) -> bool:
        """One transaction: a check, and a put."""
        pk = repository_pk(row.repository)
        item: Item = use_item(image, Digest.of(row.about)) if row.kind is RowKind.USE else referrer_item(image)

        def fill(transaction: TransactWrite) -> None:
            if row.kind is RowKind.REVERSE_TAG:
                points_here = TagItem.digest == str(row.digest)
                transaction.condition_check(TagItem, pk, tag_sk(row.about), condition=points_here)
                transaction.save(ImageTagItem(pk, image_tag_sk(row.digest, row.about), tag=row.about))
            else:
                is_there = ImageItem.push_id == image.push_id
                transaction.condition_check(ImageItem, pk, image_sk(image.digest), condition=is_there)
                transaction.save(item)

        return not write_together(self._connection, fill)

    def count_tags(self, image: Image, number: int) -> bool:
        """One conditional update."""
        is_as_read = (ImageItem.push_id == image.push_id) & (ImageItem.tag_count == image.tag_count)
        counted: list[Action] = [ImageItem.tag_count.set(number)]
        return update_or_conflict(image_key(image), counted, is_as_read)[0]

    def remove_push(self, pending: PendingManifest, now: float) -> bool:
        """One conditional delete."""
        item = PendingManifestItem(repository_pk(pending.repository), push_sk(pending.push_id))
        return delete_if(item, PendingManifestItem.expires_at <= int(now))


def _row(item: Item, kind: RowKind, digest: str, about: str) -> ImageRow:
    return ImageRow(kind, repository_of_pk(item.pk), Digest.of(digest), about)


def _item(row: ImageRow) -> Item:
    pk = repository_pk(row.repository)
    match row.kind:
        case RowKind.TAG:
            return TagItem(pk, tag_sk(row.about))
        case RowKind.REVERSE_TAG:
            return ImageTagItem(pk, image_tag_sk(row.digest, row.about))
        case RowKind.USE:
            return UseItem(pk, use_sk(row.about, row.digest))
        case RowKind.REFERRER:
            return ReferrerItem(pk, referrer_sk(row.about, row.digest))
