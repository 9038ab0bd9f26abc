"""Objects of layers that came whole, and whether records name them: what S3 lists is looked up in the table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pynamodb.connection import Connection
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import write_together
from moorage.adapters.dynamodb.item import read_items
from moorage.adapters.dynamodb.keys import HEAD, upload_pk
from moorage.adapters.dynamodb.stored_objects import ObjectItem, object_key_of, object_record
from moorage.adapters.dynamodb.uploads.mapping import upload_item
from moorage.adapters.dynamodb.uploads.models import UploadItem
from moorage.adapters.s3.keys import SHARDS, upload_id_of, whole_day_of, whole_prefix
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.uploads.unrecorded import abandoned_upload
from moorage.usecases.ports.unrecorded import UnrecordedPage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TOGETHER = 50
"""Objects in one BatchGetItem: two records of each, and DynamoDB allows 100 (service quotas)."""


class AwsUnrecordedObjects:
    """Implements the port `UnrecordedObjects`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection, client: "S3Client", bucket: str, registry_id: str) -> None:
        self._connection = connection
        self._client = client
        self._bucket = bucket
        self._registry_id = registry_id

    @property
    def shards(self) -> Sequence[str]:
        """No call."""
        return SHARDS

    def list_page(self, shard: str, after: str | None, last_day: str) -> UnrecordedPage:
        """ListObjectsV2; a strongly consistent batch for each 50 objects."""
        prefix = whole_prefix(self._registry_id, shard)
        with translated_errors():
            page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, StartAfter=after or prefix)
        keys = [found["Key"] for found in page.get("Contents", [])]
        due = [key for key in keys if (whole_day_of(key) or "") <= last_day]
        is_last = len(due) < len(keys) or not page["IsTruncated"]
        return UnrecordedPage(_without_records(due), due[-1] if due else None, is_last)

    def abandon(self, object_key: str, now: float) -> bool:
        """One transaction. A commit without an upload's record checks the same two records, the other way round."""
        upload_id = upload_id_of(object_key)
        if upload_id is None or whole_day_of(object_key) is None:
            raise InconsistentRecordsError(f"{object_key} is not the key of a layer that came whole")
        upload = abandoned_upload(self._registry_id, upload_id, object_key, now)

        def fill(transaction: TransactWrite) -> None:
            transaction.condition_check(ObjectItem, *object_record(object_key), ObjectItem.pk.does_not_exist())
            transaction.save(upload_item(upload), condition=UploadItem.pk.does_not_exist())

        return not write_together(self._connection, fill)


def _without_records(object_keys: list[str]) -> list[str]:
    left: list[str] = []
    for first in range(0, len(object_keys), _TOGETHER):
        some = object_keys[first : first + _TOGETHER]
        items = read_items([record for key in some for record in _records(key)])
        named = {object_key_of(item) if isinstance(item, ObjectItem) else _object_key(item) for item in items}
        left += [key for key in some if key not in named]
    return left


def _records(object_key: str) -> list[tuple[str, str]]:
    return [object_record(object_key), (upload_pk(upload_id_of(object_key) or ""), HEAD)]


def _object_key(item: object) -> str | None:
    return item.object_key if isinstance(item, UploadItem) else None
