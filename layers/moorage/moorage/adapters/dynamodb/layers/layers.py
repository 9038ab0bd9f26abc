"""Layer and blob records in DynamoDB."""

from collections.abc import Iterable, Iterator, Sequence

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import update_or_conflict, write_together
from moorage.adapters.dynamodb.item import read_items
from moorage.adapters.dynamodb.keys import (
    LAYER_PREFIX,
    META,
    layer_sk,
    repository_pk,
)
from moorage.adapters.dynamodb.layers.commit import LayerCommit
from moorage.adapters.dynamodb.layers.mapping import (
    blob_key,
    blob_of,
    digests_with_content,
    layer_item,
    layer_of,
    link_item,
)
from moorage.adapters.dynamodb.layers.models import BlobItem, LayerItem
from moorage.adapters.dynamodb.repositories.deletion import check_being_deleted
from moorage.adapters.dynamodb.repositories.policies import registry_policy_key, repositories_in
from moorage.adapters.dynamodb.stored_objects import find_content
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, Layer, link_of
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.records import LayerLookup, UploadWrite

UNLINKED_TOGETHER = 25
"""Maximum number of layers in one transaction: two actions for each, and DynamoDB allows 100 (service quotas)."""


class DynamoDbCatalog:
    """Implements the port `LayerCatalog`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look_up(self, repository: RepositoryId, digest: Digest | None, encryption: Encryption) -> LayerLookup:
        """One strongly consistent batch of up to four records."""
        repository_key = (repository_pk(repository), META)
        keys = [repository_key, registry_policy_key(repository.registry_id)]
        if digest is not None:
            keys += [(repository_key[0], layer_sk(digest)), _blob_key(repository.registry_id, digest, encryption)]
        items = read_items(keys)
        repositories = repositories_in(items)
        layers = [layer_of(item) for item in items if isinstance(item, LayerItem)]
        blobs = [blob_of(item) for item in items if isinstance(item, BlobItem)]
        return LayerLookup(*(found[0] if found else None for found in (repositories, layers, blobs)))  # type: ignore[arg-type]

    def find_layers(self, repository: RepositoryId, digests: Iterable[Digest]) -> dict[Digest, Layer]:
        """One strongly consistent batch."""
        pk = repository_pk(repository)
        items = read_items([(pk, layer_sk(digest)) for digest in digests])
        layers = [layer_of(item) for item in items if isinstance(item, LayerItem)]
        return {layer.digest: layer for layer in layers}

    def confirm(self, layers: Sequence[Layer], now: float) -> frozenset[Digest]:
        """One transaction; another for each time that some of them turn out to be gone."""
        left = list(layers)

        def fill(transaction: TransactWrite) -> None:
            for layer in left:
                confirmed: list[Action] = [LayerItem.confirmed_at.set(now), LayerItem.deleting_at.remove()]
                is_there = LayerItem.upload_id == layer.upload_id
                transaction.update(layer_item(layer), confirmed, condition=is_there)

        while left and (reasons := write_together(self._connection, fill)):
            left = [layer for layer, reason in zip(left, reasons, strict=True) if reason is None]
        return frozenset(layer.digest for layer in left)

    def layers_of(self, repository: RepositoryId) -> Iterator[list[Layer]]:
        """A strongly consistent Query, in batches that one transaction can unlink."""
        pk = repository_pk(repository)
        with translated_errors():
            page: list[Layer] = []
            for item in LayerItem.query(pk, LayerItem.sk.startswith(LAYER_PREFIX), consistent_read=True):
                page.append(layer_of(item))
                if len(page) == UNLINKED_TOGETHER:
                    yield page
                    page = []
        if page:
            yield page

    def find_available(self, repository: Repository, digests: Iterable[Digest]) -> dict[Digest, Layer]:
        """A strongly consistent batch of layers and blobs for each 50 digests."""
        keys = [(repository_pk(repository.id), layer_sk(digest)) for digest in digests]
        keys += [_blob_key(repository.registry_id, digest, repository.encryption) for digest in digests]
        items = read_items(keys)
        there = digests_with_content(items)
        layers = [layer_of(item) for item in items if isinstance(item, LayerItem) and item.digest in there]
        return {layer.digest: layer for layer in layers}

    def mark_lost(self, blob: Blob, lost_at: float) -> None:
        """One conditional update."""
        is_its_object = BlobItem.object_key == blob.object_key
        update_or_conflict(
            BlobItem(*blob_key(blob.id)), [BlobItem.lost_at.set(BlobItem.lost_at | lost_at)], is_its_object
        )

    def find_content(self, object_key: str) -> Blob | None:
        """One read; a second one if the object is a layer's content."""
        return find_content(object_key)

    def commit(self, upload: Upload, layer: Layer, blob: Blob, *, found: LayerLookup) -> UploadWrite:
        """One transaction (commit.py)."""
        commit = LayerCommit(upload, layer, blob, found)
        return commit.outcome(write_together(self._connection, commit.fill))

    def commit_unrecorded(self, upload: Upload, layer: Layer, blob: Blob) -> bool:
        """One transaction (commit.py)."""
        commit = LayerCommit(upload, layer, blob, LayerLookup(None, None, None), is_recorded=False)
        return not write_together(self._connection, commit.fill)

    def unlink(self, repository: Repository, layers: Sequence[Layer]) -> None:
        """One transaction. If another request has unlinked some of them, one transaction for each remaining layer."""
        reasons = write_together(self._connection, lambda transaction: _unlink(transaction, repository, layers))
        deletion_has_ended = bool(reasons) and reasons[0] is not None  # the layers may be another incarnation's
        if reasons and not deletion_has_ended and len(layers) > 1:
            for layer in layers:
                self.unlink(repository, [layer])


def _unlink(transaction: TransactWrite, repository: Repository, layers: Sequence[Layer]) -> None:
    check_being_deleted(transaction, repository)
    for layer in layers:
        layer_is_there = LayerItem.upload_id == layer.upload_id
        transaction.delete(layer_item(layer), condition=layer_is_there)
        remove_link(transaction, repository, layer)


def remove_link(transaction: TransactWrite, repository: Repository, layer: Layer) -> None:
    """Remove the link of a layer that the same transaction removes; a layer of version 1 may have none."""
    transaction.delete(link_item(link_of(layer, repository.encryption)))


def _blob_key(registry_id: str, digest: Digest, encryption: Encryption) -> tuple[str, str]:
    return blob_key(ContentId(registry_id, digest, encryption.sharing_id))
