"""The TTL attribute of a blob's record in DynamoDB. It is set only while no layer refers to the blob."""

from pynamodb.expressions.update import Action

from moorage.adapters.dynamodb.conditional_writes import update_or_conflict
from moorage.adapters.dynamodb.keys import blob_pk, blob_sk
from moorage.adapters.dynamodb.layers.models import BlobItem
from moorage.adapters.dynamodb.stored_objects import forget_object
from moorage.domain.layer import Blob


class DynamoDbBlobExpiry:
    """Implements the port `BlobExpiry`. Each docstring lists the calls to AWS."""

    def schedule(self, blob: Blob, expires_at: int) -> None:
        """One conditional update; a commit that links to the blob removes the attribute."""
        is_this_one = BlobItem.object_key == blob.object_key
        is_unreferenced = BlobItem.refs <= 0
        is_not_scheduled = BlobItem.expires_at.does_not_exist()
        actions: list[Action] = [BlobItem.expires_at.set(expires_at)]
        update_or_conflict(
            BlobItem(blob_pk(blob.registry_id, blob.digest), blob_sk(blob.encryption.sharing_id)),
            actions,
            is_this_one & is_unreferenced & is_not_scheduled,
        )

    def forget_object(self, object_key: str) -> None:
        """One conditional delete."""
        forget_object(object_key)
