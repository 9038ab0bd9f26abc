"""Images in DynamoDB: their removal (docs/adr/0045)."""

from collections.abc import Sequence

from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import delete_if, write_together
from moorage.adapters.dynamodb.images.mapping import image_key, image_of, referrer_item, use_item
from moorage.adapters.dynamodb.images.models import ImageItem, ImageTagItem, ReferrerItem, TagItem, UseItem
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.keys import image_sk, image_tag_sk, referrer_sk, repository_pk, tag_sk
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.repositories.repository import RepositoryId


def remove_tags(connection: Connection, image: Image, tags: Sequence[str]) -> bool:
    """Delete tags that point to the image, in one transaction; False if nothing was written."""

    def fill(transaction: TransactWrite) -> None:
        delete_tags(transaction, image, tags)
        decrement: list[Action] = [ImageItem.tag_count.add(-len(tags))]
        transaction.update(image_key(image), decrement, condition=ImageItem.push_id == image.push_id)

    return not write_together(connection, fill)


def delete(connection: Connection, image: Image, marked_at: float) -> bool:
    """Delete the image's record in one transaction, then its uses one by one; False if it has changed or is gone."""
    is_unchanged = is_marked(image, marked_at) & (ImageItem.tag_count == 0)
    if write_together(connection, lambda transaction: delete_record(transaction, image, is_unchanged)):
        return False
    delete_uses(image)
    return True


def delete_tags(transaction: TransactWrite, image: Image, tags: Sequence[str]) -> None:
    """Add two actions for each tag. The transaction fails if a tag points to another image."""
    pk = repository_pk(image.repository)
    points_to_it = TagItem.digest == str(image.digest)
    for tag in tags:
        transaction.delete(TagItem(pk, tag_sk(tag)), condition=points_to_it)
        transaction.delete(ImageTagItem(pk, image_tag_sk(image.digest, tag)))


def delete_record(transaction: TransactWrite, image: Image, is_unchanged: Condition) -> None:
    """Delete the image if the condition holds, and its referrer record."""
    transaction.delete(image_key(image), condition=is_unchanged)
    if image.subject is not None:
        transaction.delete(referrer_item(image))


def delete_uses(image: Image) -> None:
    """Delete each use, one by one. If a later push of the image has written the use again, it is kept."""
    for named in image.named:
        delete_if(use_item(image, named), UseItem.push_id == image.push_id)


def is_marked(image: Image, marked_at: float) -> Condition:
    """The condition that the record is of this push and still has this removal mark."""
    is_as_marked: Condition = (ImageItem.push_id == image.push_id) & (ImageItem.deleting_at == marked_at)
    return is_as_marked


def list_referrers(
    repository: RepositoryId, subject: Digest, start: Digest | None, limit: int
) -> tuple[list[Image], Digest | None]:
    """One page of the images that refer to `subject`: a strongly consistent Query, and one read of the images."""
    pk, prefix = repository_pk(repository), referrer_sk(subject)
    first = prefix if start is None else referrer_sk(subject, start)
    with translated_errors():
        keys = ReferrerItem.query(
            pk, Item.sk.between(first, f"{prefix}~"), consistent_read=True, limit=limit + 1, page_size=limit + 1
        )
        digests = [Digest.of(item.digest) for item in keys]
    found = read_items([(pk, image_sk(digest)) for digest in digests[:limit]])
    images = sorted((image_of(item) for item in found if isinstance(item, ImageItem)), key=lambda each: each.digest)
    return images, digests[limit] if len(digests) > limit else None
