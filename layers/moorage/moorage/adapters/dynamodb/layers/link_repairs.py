"""Corrects links for fsck by conditional writes, and migrates the records of content of version 1."""

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.conditional_writes import update_or_conflict, write_together
from moorage.adapters.dynamodb.gates import check_open
from moorage.adapters.dynamodb.keys import layer_sk, repository_pk
from moorage.adapters.dynamodb.layers.mapping import blob_key, gate_of, link_item
from moorage.adapters.dynamodb.layers.models import BlobItem, LayerItem, LinkItem
from moorage.domain.layer import Blob, Link


class DynamoDbLinkRepairs:
    """Implements the port `LinkRepairs`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write_link(self, link: Link, blob: Blob) -> bool:
        """One transaction: two checks, and a put. The collector closes no content of version 1."""
        is_there = LayerItem.upload_id == link.upload_id

        def fill(transaction: TransactWrite) -> None:
            transaction.condition_check(LayerItem, *_layer_key(link), condition=is_there)
            if not blob.is_of_version_1:
                check_open(transaction, gate_of(blob), str(link.repository))
            transaction.save(link_item(link))

        return not write_together(self._connection, fill)

    def remove_link(self, link: Link) -> bool:
        """One transaction: a check, and a delete."""
        is_gone = LayerItem.pk.does_not_exist() | (LayerItem.upload_id != link.upload_id)

        def fill(transaction: TransactWrite) -> None:
            transaction.condition_check(LayerItem, *_layer_key(link), condition=is_gone)
            transaction.delete(link_item(link), condition=LinkItem.upload_id == link.upload_id)

        return not write_together(self._connection, fill)

    def migrate(self, blob: Blob) -> bool:
        """One conditional update."""
        is_as_read = BlobItem.object_key == blob.object_key
        is_as_read &= BlobItem.refs.does_not_exist() if blob.refs is None else BlobItem.refs == blob.refs
        changes: list[Action] = [BlobItem.refs.remove(), BlobItem.expires_at.remove()]
        return update_or_conflict(BlobItem(*blob_key(blob.id)), changes, is_as_read)[0]


def _layer_key(link: Link) -> tuple[str, str]:
    return repository_pk(link.repository), layer_sk(link.content.digest)
