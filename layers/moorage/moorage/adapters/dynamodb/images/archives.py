"""Archived images in DynamoDB, and the layers that only archived images use (docs/adr/0049)."""

from collections.abc import Collection
from itertools import islice

from pynamodb.expressions.update import Action

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import update_or_conflict
from moorage.adapters.dynamodb.images.mapping import image_key
from moorage.adapters.dynamodb.images.models import ImageItem, UseItem
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.keys import META, image_sk, repository_pk, use_sk
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import RepositoryId

USES_READ = 100
"""Maximum number of uses whose images one BatchGetItem reads (DynamoDB service quotas)."""


def note_archive(repository: RepositoryId) -> None:
    """Note in the repository's record that images of it are archived: one conditional update, before the first is."""
    is_news = RepositoryItem.pk.exists() & RepositoryItem.has_archived.does_not_exist()
    update_or_conflict(
        RepositoryItem(repository_pk(repository), META), [RepositoryItem.has_archived.set(True)], is_news
    )


def change_storage_class(image: Image, storage_class: StorageClass, now: float) -> bool:
    """One conditional update; before an image is archived, that of its repository."""
    is_archived = storage_class is StorageClass.ARCHIVE
    if is_archived:
        note_archive(image.repository)
    at = ImageItem.archived_at if is_archived else ImageItem.restored_at
    actions: list[Action] = [ImageItem.storage_class.set(storage_class.value), at.set(now)]
    return update_or_conflict(image_key(image), actions, ImageItem.push_id == image.push_id)[0]


def only_archived(repository: RepositoryId, layers: Collection[Digest]) -> frozenset[Digest]:
    """For each layer a strongly consistent Query, and a BatchGetItem for each 100 images that use it.

    The first image that is not archived ends it.
    """
    return frozenset(layer for layer in layers if _is_only_archived(repository, layer))


def _is_only_archived(repository: RepositoryId, layer: Digest) -> bool:
    pk, has_archived = repository_pk(repository), False
    with translated_errors():
        uses = UseItem.query(pk, Item.sk.startswith(use_sk(layer)), consistent_read=True)
        while page := list(islice(uses, USES_READ)):
            for found in read_items([(pk, image_sk(use.digest)) for use in page]):
                if isinstance(found, ImageItem):
                    if found.storage_class != StorageClass.ARCHIVE.value:
                        return False
                    has_archived = True
    return has_archived
