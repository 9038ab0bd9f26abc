"""Conditional removals of images and layers in DynamoDB."""

from collections.abc import Iterator

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import delete_if, update_or_conflict, write_together
from moorage.adapters.dynamodb.images.archives import note_archive
from moorage.adapters.dynamodb.images.image_removals import delete_record, delete_tags, delete_uses, is_marked
from moorage.adapters.dynamodb.images.mapping import image_key
from moorage.adapters.dynamodb.images.models import ImageItem, TagItem, UseItem
from moorage.adapters.dynamodb.keys import IMAGE_PREFIX, USE_PREFIX, layer_sk, repository_pk, tag_sk, use_sk
from moorage.adapters.dynamodb.layers.layers import remove_link
from moorage.adapters.dynamodb.layers.models import LayerItem
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, TaggedImage
from moorage.domain.layer import Layer
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.removals import Use

TAGS_TOGETHER = 48
"""Maximum number of tags in one transaction. DynamoDB allows 100 actions (DynamoDB service quotas): two for each tag,
and up to two for the image and its referrer."""
CHECKED_TAGS = 98
"""Maximum number of tags that the archiving transaction checks; the update of the image is one more action."""


class DynamoDbRemovals:
    """Implements the port `Removals`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def uses_of(self, repository: RepositoryId, named: Digest) -> list[Use]:
        """One strongly consistent Query."""
        return list(_uses(repository, use_sk(named)))

    def all_uses(self, repository: RepositoryId) -> Iterator[Use]:
        """A strongly consistent Query, page by page."""
        return _uses(repository, USE_PREFIX)

    def image_digests(self, repository: RepositoryId) -> set[Digest]:
        """A strongly consistent Query that reads only the sort keys."""
        images = ImageItem.sk.startswith(IMAGE_PREFIX)
        with translated_errors():
            found = ImageItem.query(repository_pk(repository), images, consistent_read=True, attributes_to_get=["sk"])
            keys = {item.sk.removeprefix(IMAGE_PREFIX).partition("#")[0] for item in found}
        return {Digest.of(key) for key in keys}

    def remove_use(self, repository: RepositoryId, use: Use) -> None:
        """One conditional delete."""
        item = UseItem(repository_pk(repository), use_sk(use.named, use.by))
        delete_if(item, UseItem.push_id == use.push_id)

    def remove_image(self, tagged: TaggedImage, marked_at: float) -> bool:
        """One transaction for each TAGS_TOGETHER tags, then one delete for each use."""
        image, tags = tagged.image, list(tagged.tags)
        while len(tags) > TAGS_TOGETHER:
            together, tags = tags[:TAGS_TOGETHER], tags[TAGS_TOGETHER:]
            if not self._remove_tags(image, together, marked_at):
                return False
        is_unchanged = is_marked(image, marked_at) & (ImageItem.tag_count == len(tags))

        def fill(transaction: TransactWrite) -> None:
            delete_record(transaction, image, is_unchanged)
            delete_tags(transaction, image, tags)

        if write_together(self._connection, fill):
            return False
        delete_uses(image)
        return True

    def archive_image(self, tagged: TaggedImage, now: float) -> bool:
        """A conditional update of the repository, and a transaction.

        It fails unless the number of tags is the same and each tag still points to the image.
        """
        image, pk = tagged.image, repository_pk(tagged.image.repository)
        note_archive(image.repository)
        is_as_read = (ImageItem.push_id == image.push_id) & ImageItem.deleting_at.does_not_exist()
        is_as_read &= ImageItem.storage_class == StorageClass.STANDARD.value
        is_as_read &= ImageItem.tag_count == len(tagged.tags)
        changes: list[Action] = [
            ImageItem.storage_class.set(StorageClass.ARCHIVE.value),
            ImageItem.archived_at.set(now),
        ]

        def fill(transaction: TransactWrite) -> None:
            for tag in tagged.tags[:CHECKED_TAGS]:
                transaction.condition_check(TagItem, pk, tag_sk(tag), condition=TagItem.digest == str(image.digest))
            transaction.update(image_key(image), changes, condition=is_as_read)

        return not write_together(self._connection, fill)

    def mark_layer(self, layer: Layer, now: float, unused_since: float) -> bool:
        """One conditional update."""
        is_same_layer = LayerItem.upload_id == layer.upload_id
        is_unused = LayerItem.created_at <= unused_since
        is_unused &= LayerItem.confirmed_at.does_not_exist() | (LayerItem.confirmed_at <= unused_since)
        key = LayerItem(repository_pk(layer.repository), layer_sk(layer.digest))
        return update_or_conflict(key, [LayerItem.deleting_at.set(now)], is_same_layer & is_unused)[0]

    def remove_layer(self, repository: Repository, layer: Layer, marked_at: float) -> bool:
        """One transaction."""
        is_marked = (LayerItem.upload_id == layer.upload_id) & (LayerItem.deleting_at == marked_at)

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(LayerItem(repository_pk(layer.repository), layer_sk(layer.digest)), condition=is_marked)
            remove_link(transaction, repository, layer)

        return not write_together(self._connection, fill)

    def _remove_tags(self, image: Image, tags: list[str], marked_at: float) -> bool:
        decrement: list[Action] = [ImageItem.tag_count.add(-len(tags))]

        def fill(transaction: TransactWrite) -> None:
            transaction.update(image_key(image), decrement, condition=is_marked(image, marked_at))
            delete_tags(transaction, image, tags)

        return not write_together(self._connection, fill)


def _uses(repository: RepositoryId, prefix: str) -> Iterator[Use]:
    with translated_errors():
        for item in UseItem.query(repository_pk(repository), UseItem.sk.startswith(prefix), consistent_read=True):
            named = Digest.of(item.sk.split("#")[1])
            written_at = float(item.written_at)
            yield Use(named=named, by=Digest.of(item.digest), push_id=item.push_id, written_at=written_at)
