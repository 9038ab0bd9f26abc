"""The transactions that make an image or a tag visible. Each has a handful of actions, whatever the image names.

    repository's gate      open
    image                  not there yet; or there, as it was read, and not being deleted
    tag                    as it was read
reverse tag record     put; the former image's is deleted, and its number of tags goes down
    referrer               put, for a new artifact with a subject

Nothing in it is shared by pushes of different images, except a tag that they compete for.
"""

from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.conditional_writes import Reasons, write_together
from moorage.adapters.dynamodb.gates import check_open, repository_gate
from moorage.adapters.dynamodb.images.mapping import image_item, image_key, referrer_item, tag_item
from moorage.adapters.dynamodb.images.models import ImageItem, ImageTagItem, PendingManifestItem, TagItem
from moorage.adapters.dynamodb.keys import image_sk, image_tag_sk, push_sk, repository_pk
from moorage.domain.images.image import Image
from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports.images import Commit, NewTag


def commit(connection: Connection, repository: Repository, image: Image, new: NewTag | None) -> Commit:
    """Write a new image."""
    image_is_new = ImageItem.pk.does_not_exist()

    def fill(transaction: TransactWrite) -> None:
        _check_gate(transaction, repository, image)
        transaction.save(image_item(image), condition=image_is_new)
        if image.subject is not None:
            transaction.save(referrer_item(image))
        if image.object_key is not None:
            transaction.delete(PendingManifestItem(repository_pk(image.repository), push_sk(image.push_id)))
        if new is not None:
            _point(transaction, image, new)

    return _outcome(write_together(connection, fill))


def add_tag(connection: Connection, repository: Repository, image: Image, new: NewTag) -> Commit:
    """Give an image that is there one tag more."""
    image_is_here_to_stay = (ImageItem.push_id == image.push_id) & ImageItem.deleting_at.does_not_exist()
    has_room = ImageItem.tag_count < new.max_tags

    def fill(transaction: TransactWrite) -> None:
        _check_gate(transaction, repository, image)
        transaction.update(image_key(image), [ImageItem.tag_count.add(1)], condition=image_is_here_to_stay & has_room)
        _point(transaction, image, new)

    return _outcome(write_together(connection, fill))


def _check_gate(transaction: TransactWrite, repository: Repository, image: Image) -> None:
    check_open(transaction, repository_gate(repository.id, repository.incarnation), str(image.digest))


def _point(transaction: TransactWrite, image: Image, new: NewTag) -> None:
    pk, digest, tag, former = repository_pk(image.repository), str(image.digest), new.tag, new.moved_from
    tag_is_as_read: Condition = TagItem.pk.does_not_exist() if former is None else TagItem.digest == str(former)
    transaction.save(tag_item(image, tag), condition=tag_is_as_read)
    transaction.save(ImageTagItem(pk, image_tag_sk(digest, tag), tag=tag))
    if former not in (None, image.digest):
        transaction.delete(ImageTagItem(pk, image_tag_sk(former, tag)))
        counted = ImageItem(pk, image_sk(former))
        transaction.update(counted, [ImageItem.tag_count.add(-1)], condition=ImageItem.pk.exists())


def _outcome(reasons: Reasons) -> Commit:
    if not reasons:
        return Commit.DONE
    # The gate's check is the only one, and checks come first (conditional_writes.py).
    return Commit.CONFLICT if reasons[0] is None else Commit.CLOSED
