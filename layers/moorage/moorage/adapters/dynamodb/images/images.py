"""Images in DynamoDB: reads, uses and removal marks. commits.py has the commits."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import update_or_conflict, write_together
from moorage.adapters.dynamodb.gates import check_open, repository_gate
from moorage.adapters.dynamodb.images import archives, commits, image_removals
from moorage.adapters.dynamodb.images.mapping import image_key, pending_item, use_item
from moorage.adapters.dynamodb.images.models import ImageItem, TagItem
from moorage.adapters.dynamodb.images.reading import lookup_of, tagged_images
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.keys import (
    IMAGE_PREFIX,
    META,
    PUSH_PREFIX,
    REFERRER_PREFIX,
    TAG_PREFIX,
    USE_PREFIX,
    blob_pk,
    blob_sk,
    exclusion_sk,
    image_sk,
    layer_sk,
    registry_pk,
    repository_pk,
    tag_sk,
)
from moorage.adapters.dynamodb.layers.models import LayerItem
from moorage.adapters.dynamodb.repositories.deletion import check_being_deleted
from moorage.adapters.dynamodb.repositories.policies import registry_policy_key
from moorage.domain.digest import Digest
from moorage.domain.images.image import PULL_TIME_SECONDS, Image, PendingManifest, TaggedImage
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.images import Commit, Lookup, NewTag, Wanted

USES_TOGETHER = 99
"""Uses in one transaction, beside the gate's check: 100 actions are its limit (DynamoDB service quotas)."""
REMOVED_TOGETHER = 99
"""Records of a deleted repository in one transaction, beside the check of its deletion."""
_AFTER_TAGS = "TAG$"
_AFTER_IMAGES = "IMAGE$"
"""Come after every key of a tag, and after every key that begins with IMAGE_PREFIX."""


class DynamoDbImages:
    """Implements the port `Images`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look_up(self, repository: RepositoryId, wanted: Wanted) -> Lookup:
        """Strongly consistent batches of 100 records; the exclusions lie in the registry's partition."""
        pk = repository_pk(repository)
        sort_keys = [META, *map(image_sk, wanted.digests), *map(tag_sk, wanted.tags), *map(layer_sk, wanted.layers)]
        excluded = [registry_policy_key(repository.registry_id)]
        excluded += [(registry_pk(repository.registry_id), exclusion_sk(each)) for each in wanted.principals]
        sharing = blob_sk(wanted.encryption.sharing_id)
        contents = [(blob_pk(repository.registry_id, each), sharing) for each in wanted.contents]
        keys = [*((pk, sk) for sk in sort_keys), *excluded, *contents]
        return lookup_of(read_items(keys), wanted.contents)

    def record_uses(self, repository: Repository, image: Image, pending: PendingManifest | None) -> bool:
        """Transactions of puts; each also checks the repository's gate."""
        gate = repository_gate(repository.id, repository.incarnation)
        noted: list[Item] = [use_item(image, named) for named in image.named]
        noted += [] if pending is None else [pending_item(pending)]
        for start in range(0, len(noted), USES_TOGETHER):
            page = noted[start : start + USES_TOGETHER]

            def fill(transaction: TransactWrite, page: list[Item] = page) -> None:
                check_open(transaction, gate, str(image.digest))
                for item in page:
                    transaction.save(item)

            if write_together(self._connection, fill):
                return False
        return True

    def keep_layer(self, repository: RepositoryId, layer: Digest) -> bool:
        """One conditional update."""
        unmark: list[Action] = [LayerItem.deleting_at.remove()]
        key = LayerItem(repository_pk(repository), layer_sk(layer))
        return update_or_conflict(key, unmark, LayerItem.pk.exists())[0]

    def mark(self, image: Image, now: float) -> bool:
        """One conditional update."""
        mark: list[Action] = [ImageItem.deleting_at.set(now)]
        return update_or_conflict(image_key(image), mark, ImageItem.push_id == image.push_id)[0]

    def keep_image(self, image: Image) -> bool:
        """One conditional update."""
        unmark: list[Action] = [ImageItem.deleting_at.remove()]
        return update_or_conflict(image_key(image), unmark, ImageItem.push_id == image.push_id)[0]

    def commit(self, repository: Repository, image: Image, new: NewTag | None) -> Commit:
        """One transaction."""
        return commits.commit(self._connection, repository, image, new)

    def add_tag(self, repository: Repository, image: Image, new: NewTag) -> Commit:
        """One transaction."""
        return commits.add_tag(self._connection, repository, image, new)

    def read(self, repository: RepositoryId, digest: Digest) -> TaggedImage | None:
        """One strongly consistent Query: the tags' keys begin with the image's."""
        with translated_errors():
            items = Item.query(repository_pk(repository), Item.sk.startswith(image_sk(digest)), consistent_read=True)
            return next(tagged_images(items), None)

    def list_from(self, repository: RepositoryId, start: Digest | None, page_size: int) -> Iterator[TaggedImage]:
        """A strongly consistent Query, page by page."""
        first = IMAGE_PREFIX if start is None else image_sk(start)
        with translated_errors():
            items = Item.query(
                repository_pk(repository),
                Item.sk.between(first, _AFTER_IMAGES),
                consistent_read=True,
                page_size=page_size,
            )
            yield from tagged_images(items)

    def remove_tags(self, image: Image, tags: Sequence[str]) -> bool:
        """One transaction."""
        return image_removals.remove_tags(self._connection, image, tags)

    def delete(self, image: Image, marked_at: float) -> bool:
        """One transaction, and a delete for each use."""
        return image_removals.delete(self._connection, image, marked_at)

    def change_storage_class(self, image: Image, storage_class: StorageClass, now: float) -> bool:
        """One conditional update; two to archive."""
        return archives.change_storage_class(image, storage_class, now)

    def only_archived(self, repository: RepositoryId, layers: Collection[Digest]) -> frozenset[Digest]:
        """For each layer a Query, and at least one read of images."""
        return archives.only_archived(repository, layers)

    def list_referrers(
        self, repository: RepositoryId, subject: Digest, start: Digest | None, limit: int
    ) -> tuple[list[Image], Digest | None]:
        """A Query and a read."""
        return image_removals.list_referrers(repository, subject, start, limit)

    def remove_all(self, repository: Repository) -> None:
        """Transactions of deletes, tags first: a tag never points to an image that is gone."""
        for prefix in (TAG_PREFIX, IMAGE_PREFIX, REFERRER_PREFIX, USE_PREFIX, PUSH_PREFIX):
            with translated_errors():
                items = Item.query(repository_pk(repository.id), Item.sk.startswith(prefix), consistent_read=True)
                while page := list(islice(items, REMOVED_TOGETHER)):
                    if not self._remove(repository, page):
                        return

    def _remove(self, repository: Repository, items: list[Item]) -> bool:
        """Whether they were removed; not if the repository's deletion has ended."""

        def fill(transaction: TransactWrite) -> None:
            check_being_deleted(transaction, repository)
            for item in items:
                transaction.delete(item)

        return not write_together(self._connection, fill)

    def tags_after(self, repository: RepositoryId, after: str, limit: int) -> list[str]:
        """A strongly consistent Query of their records, whose keys are in the same order."""
        with translated_errors():
            items = Item.query(
                repository_pk(repository),
                Item.sk.between(f"{tag_sk(after)}\0", _AFTER_TAGS),
                consistent_read=True,
                limit=limit,
            )
            return [item.tag for item in items if isinstance(item, TagItem)]

    def record_pull(self, image: Image, now: float) -> None:
        """One conditional update."""
        is_due = ImageItem.pulled_at.does_not_exist() | (ImageItem.pulled_at <= now - PULL_TIME_SECONDS)
        is_this_one = ImageItem.push_id == image.push_id
        update_or_conflict(image_key(image), [ImageItem.pulled_at.set(now)], is_this_one & is_due)
