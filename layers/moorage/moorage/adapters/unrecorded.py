"""Objects of layers that came whole, and whether records name them: what S3 lists is looked up in the table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pynamodb.connection import Connection
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import write_together
from moorage.adapters.dynamodb.item import read_items
from moorage.adapters.dynamodb.keys import HEAD, upload_pk
from moorage.adapters.dynamodb.stored_objects import ObjectItem, check_never_content, object_key_of, object_record
from moorage.adapters.dynamodb.uploads.mapping import upload_item
from moorage.adapters.dynamodb.uploads.models import UploadItem
from moorage.adapters.s3.keys import SHARDS, upload_id_of, whole_day_of, whole_prefix
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.uploads.unrecorded import abandoned_upload
from moorage.settings import Settings
from moorage.usecases.ports.unrecorded import UnrecordedPage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE_OBJECTS = 1000
"""The most that ListObjectsV2 answers (S3 API reference)."""
DAY_LENGTH = len("2026-11-30")


class AwsUnrecordedObjects:
    """Implements the port `UnrecordedObjects`. Each docstring lists the calls to AWS."""

    def __init__(
        self, connection: Connection, client: "S3Client", settings: Settings, page_objects: int = PAGE_OBJECTS
    ) -> None:
        self._connection = connection
        self._client = client
        self._settings = settings
        self._page_objects = page_objects

    @property
    def shards(self) -> Sequence[str]:
        """No call."""
        return SHARDS

    def list_page(self, shard: str, after: str, last_day: str) -> UnrecordedPage:
        """ListObjectsV2; strongly consistent batches of two records for each object."""
        prefix = whole_prefix(self._settings.registry_id, self._settings.table_name, shard)
        with translated_errors():
            page = self._client.list_objects_v2(
                Bucket=self._settings.bucket, Prefix=prefix, StartAfter=prefix + after, MaxKeys=self._page_objects
            )
        keys = [found["Key"] for found in page.get("Contents", [])]
        due = [key for key in keys if key[len(prefix) :][:DAY_LENGTH] <= last_day]
        is_last = not due or len(due) < len(keys) or not page["IsTruncated"]
        ours = [key for key in due if whole_day_of(key)]
        return UnrecordedPage(_without_records(ours), due[-1][len(prefix) :] if due else after, is_last)

    def abandon(self, object_key: str, now: float) -> bool:
        """One transaction. The commit writes the object's record, and checks that the upload has none."""
        upload_id = upload_id_of(object_key)
        if upload_id is None or whole_day_of(object_key) is None:
            raise InconsistentRecordsError(f"{object_key} is not the key of a layer that came whole")
        upload = abandoned_upload(self._settings.registry_id, upload_id, object_key, now)

        def fill(transaction: TransactWrite) -> None:
            check_never_content(transaction, object_key)
            transaction.save(upload_item(upload), condition=UploadItem.pk.does_not_exist())

        return not write_together(self._connection, fill)


def _without_records(object_keys: list[str]) -> list[str]:
    items = read_items([record for key in object_keys for record in _records(key)]) if object_keys else []
    named = {object_key_of(item) for item in items if isinstance(item, ObjectItem)}
    named |= {item.object_key for item in items if isinstance(item, UploadItem)}
    return [key for key in object_keys if key not in named]


def _records(object_key: str) -> list[tuple[str, str]]:
    return [object_record(object_key), (upload_pk(upload_id_of(object_key) or ""), HEAD)]
