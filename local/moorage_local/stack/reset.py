"""Throws away everything that a local registry holds: records, content and messages. Its keys and its id stay."""

from collections.abc import Mapping
from typing import Any

from moorage_local.stack import resources
from moorage_local.stack.resources import Names, client


def reset_stack(names: Names, variables: Mapping[str, str]) -> None:
    """Records first: after a crash in between, content without a record is garbage, and no record lacks its content."""
    dynamodb = client("dynamodb", variables)
    dynamodb.delete_table(TableName=names.table)
    dynamodb.get_waiter("table_not_exists").wait(TableName=names.table, WaiterConfig={"Delay": 1})
    resources.create_store(names, variables)
    _empty_queues(names, variables)
    _empty_bucket(client("s3", variables), names.bucket)


def _empty_queues(names: Names, variables: Mapping[str, str]) -> None:
    sqs = client("sqs", variables)
    for queue in (names.queue, resources.dead_letter_queue_name(names)):
        sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"])


def _empty_bucket(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", ()):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        if found := [{"Key": one["Key"]} for one in page.get("Contents", ())]:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})
