"""Lists everything that is stored, for fsck: the bucket's objects and multipart uploads, and the table's records."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import delete_if
from moorage.adapters.dynamodb.images.repairs import image_row_of
from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.keys import HEAD, part_sk, upload_pk
from moorage.adapters.dynamodb.stored_objects import ObjectItem, object_of_item
from moorage.adapters.dynamodb.stream import record_of_item
from moorage.adapters.dynamodb.uploads.models import PartItem, UploadItem
from moorage.adapters.s3.keys import MANIFESTS_PREFIX, TAILS_PREFIX, upload_id_of, whole_day_of
from moorage.domain.layer import ObjectOf
from moorage.domain.records import Record
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.inventory import ImageRow, ListedMultipart, ListedObject, PartOf

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class AwsInventory:
    """Implements the port `Inventory`. Each docstring lists the calls to AWS."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def objects(self) -> Iterator[ListedObject]:
        """ListObjectsV2, page by page."""
        with translated_errors():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                for found in page.get("Contents", []):
                    key = found["Key"]
                    is_tail, is_manifest = key.startswith(TAILS_PREFIX), key.startswith(MANIFESTS_PREFIX)
                    upload_id, day = upload_id_of(key), whole_day_of(key)
                    yield ListedObject(key, found["Size"], upload_id, is_tail, is_manifest, day)

    def multiparts(self) -> Iterator[ListedMultipart]:
        """ListMultipartUploads, page by page."""
        with translated_errors():
            for page in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                for found in page.get("Uploads", []):
                    yield ListedMultipart(found["Key"], found["UploadId"], found["Initiated"].timestamp())

    def records(self) -> Iterator[Record | ObjectOf | PartOf | ImageRow]:
        """A consistent Scan, page by page."""
        with translated_errors():
            for item in Item.scan(consistent_read=True):
                record = record_of_item(item)
                if record is not None:
                    yield record
                elif isinstance(item, ObjectItem):
                    yield object_of_item(item)
                elif isinstance(item, PartItem):
                    yield PartOf(item.pk.partition("#")[2], int(item.sk.rpartition("#")[2]), int(item.expires_at or 0))
                elif (row := image_row_of(item)) is not None:
                    yield row

    def remove_expired(self, upload: Upload, now: float) -> bool:
        """One conditional delete of an item that TTL would delete later."""
        has_expired = UploadItem.expires_at <= int(now)
        is_as_it_was = UploadItem.status == upload.status.value
        return delete_if(UploadItem(upload_pk(upload.upload_id), HEAD), has_expired & is_as_it_was)

    def remove_part(self, part: PartOf) -> None:
        """One delete."""
        delete_if(PartItem(upload_pk(part.upload_id), part_sk(part.part_number)), PartItem.pk.exists())
