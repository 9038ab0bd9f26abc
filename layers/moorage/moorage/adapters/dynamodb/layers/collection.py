"""The collector's records in DynamoDB: content, its links, its expiry and its gate (docs/adr/0032)."""

from pynamodb.connection import Connection
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import write_together
from moorage.adapters.dynamodb.gates import check_owned, close, reopen
from moorage.adapters.dynamodb.item import read_items
from moorage.adapters.dynamodb.keys import blob_pk, link_sk
from moorage.adapters.dynamodb.layers.mapping import blob_key, blob_of, expiry_item, expiry_key, expiry_of_item, gate_of
from moorage.adapters.dynamodb.layers.models import BlobItem, ExpiryItem, LinkItem
from moorage.adapters.dynamodb.stored_objects import forget_object
from moorage.domain.layer import Blob, ContentId, Expiry


class DynamoDbCollection:
    """Implements the port `Collection`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, content: ContentId) -> Blob | None:
        """One strongly consistent read."""
        return next((blob_of(item) for item in read_items([blob_key(content)]) if isinstance(item, BlobItem)), None)

    def get_with_expiry(self, content: ContentId) -> tuple[Blob | None, int | None]:
        """One strongly consistent batch of two records."""
        items = read_items([blob_key(content), expiry_key(content)])
        blob = next((blob_of(item) for item in items if isinstance(item, BlobItem)), None)
        expiry = next((expiry_of_item(item) for item in items if isinstance(item, ExpiryItem)), None)
        return blob, None if expiry is None else expiry.expires_at

    def is_linked(self, content: ContentId) -> bool:
        """One strongly consistent Query of one item."""
        links = LinkItem.sk.startswith(link_sk(content.sharing_id))
        with translated_errors():
            found = LinkItem.query(
                blob_pk(content.registry_id, content.digest), links, consistent_read=True, limit=1, page_size=1
            )
            return any(True for _ in found)

    def schedule(self, content: ContentId, expires_at: int) -> None:
        """One put."""
        with translated_errors():
            expiry_item(Expiry(content, expires_at)).save()

    def close(self, blob: Blob, owner: str, closed_until: int) -> bool:
        """One transaction."""

        def fill(transaction: TransactWrite) -> None:
            close(transaction, gate_of(blob), closed_until, owner)
            # A swap has closed this gate for good: whoever read the former key must not find it opened again.
            has_this_object = BlobItem.object_key == blob.object_key
            transaction.condition_check(BlobItem, *blob_key(blob.id), condition=has_this_object)

        return not write_together(self._connection, fill)

    def reopen(self, blob: Blob, owner: str) -> None:
        """One transaction."""
        write_together(self._connection, lambda transaction: reopen(transaction, gate_of(blob), owner))

    def remove(self, blob: Blob, owner: str) -> bool:
        """One transaction."""
        has_this_object = BlobItem.object_key == blob.object_key
        counts_no_layers = BlobItem.refs.does_not_exist() & BlobItem.expires_at.does_not_exist()

        def fill(transaction: TransactWrite) -> None:
            check_owned(transaction, gate_of(blob), owner)
            transaction.delete(BlobItem(*blob_key(blob.id)), condition=has_this_object & counts_no_layers)

        return not write_together(self._connection, fill)

    def forget_object(self, object_key: str) -> None:
        """One conditional delete."""
        forget_object(object_key)
