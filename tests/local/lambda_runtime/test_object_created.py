"""New objects under `direct/`, and deleted content, are announced on the completion queue, whoever did it."""

import json
import threading
import urllib.request
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moorage_local.lambda_runtime.object_created import DELETED, ObjectEvents
from moorage_local.stack.resources import client
from moorage_local.stack.stack import Stack


@pytest.fixture
def s3(stack: Stack) -> Any:
    return boto3.client("s3", config=Config(signature_version="s3v4"))


def begin(s3: Any, stack: Stack, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A multipart upload with its one part; what identifies it, and the list of parts."""
    target = {"Bucket": stack.names.bucket, "Key": key}
    target["UploadId"] = s3.create_multipart_upload(**target)["UploadId"]
    part = s3.upload_part(**target, PartNumber=1, Body=b"content")
    return target, {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}


def announced(stack: Stack, count: int = 1, seconds: int = 5) -> list[dict[str, Any]]:
    """So many events, and those that come with the last of them; fewer if none comes for some seconds."""
    sqs = client("sqs", stack.variables)
    events: list[dict[str, Any]] = []
    while len(events) < count:
        answer = sqs.receive_message(QueueUrl=stack.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds)
        received = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        if not received:
            break
        events += received
    return events


def test_a_completed_direct_upload_is_announced_in_eventbridges_words(stack, s3):
    target, parts = begin(s3, stack, "direct/1/2")
    etag = s3.complete_multipart_upload(**target, MultipartUpload=parts)["ETag"]
    (event,) = announced(stack)
    assert event["source"] == "aws.s3"
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["bucket"] == {"name": stack.names.bucket}
    assert event["detail"]["reason"] == "CompleteMultipartUpload"
    created = event["detail"]["object"]
    assert (created["key"], created["size"], created["etag"]) == ("direct/1/2", 7, etag.strip('"'))


def test_a_client_that_completes_through_a_presigned_url_is_announced_as_well(stack, s3):
    target, parts = begin(s3, stack, "direct/1/2")
    url = s3.generate_presigned_url("complete_multipart_upload", Params=target)
    etag = parts["Parts"][0]["ETag"]
    listed = f"<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>"
    urllib.request.urlopen(urllib.request.Request(url, body.encode(), method="POST")).close()
    (event,) = announced(stack)
    assert event["detail"]["object"]["key"] == "direct/1/2"


def test_a_plain_put_says_so(stack, s3):
    s3.put_object(Bucket=stack.names.bucket, Key="direct/1/2", Body=b"content")
    (event,) = announced(stack)
    assert event["detail"]["reason"] == "PutObject"


def test_nothing_else_is_announced(stack, s3):
    target, parts = begin(s3, stack, "blobs/1/2")
    s3.complete_multipart_upload(**target, MultipartUpload=parts)
    target, _ = begin(s3, stack, "direct/1/2")
    with pytest.raises(ClientError):
        s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"wrong"'}]})
    s3.abort_multipart_upload(**target)
    assert announced(stack, seconds=1) == []


@pytest.mark.parametrize("key", ["blobs/1/2", "direct/1/2"])
def test_the_deletion_of_content_is_announced_whoever_deleted_it(stack, s3, key):
    s3.put_object(Bucket=stack.names.bucket, Key=key, Body=b"content")
    s3.delete_object(Bucket=stack.names.bucket, Key=key)
    count = 2 if key.startswith("direct/") else 1  # where new objects are announced, this one was
    types = {event["detail-type"]: event["detail"] for event in announced(stack, count)}
    assert types["Object Deleted"]["object"]["key"] == key
    assert types["Object Deleted"]["reason"] == "DeleteObject"


def test_the_deletion_of_a_tail_is_not_announced(stack, s3):
    s3.put_object(Bucket=stack.names.bucket, Key="tails/1/2/1", Body=b"content")
    s3.delete_object(Bucket=stack.names.bucket, Key="tails/1/2/1")
    assert announced(stack, seconds=1) == []


def test_unsubscribing_waits_until_a_running_delivery_has_ended():
    events, begun, released = ObjectEvents(), threading.Event(), threading.Event()
    delivered: list[str] = []

    def deliver(event: dict[str, Any]) -> None:
        begun.set()
        assert released.wait(10)
        delivered.append(event["detail"]["object"]["key"])

    events.subscribe(DELETED, "bucket", "direct/", deliver)
    first = threading.Thread(target=report_deletion, args=(events, "direct/1/2"))
    ending = threading.Thread(target=events.unsubscribe, args=("bucket",))
    first.start()
    assert begun.wait(10)
    ending.start()
    ending.join(0.2)
    assert ending.is_alive()
    released.set()
    first.join()
    ending.join()
    report_deletion(events, "direct/1/3")
    events.stop()
    assert delivered == ["direct/1/2"]


def report_deletion(events: ObjectEvents, key: str) -> None:
    """Report a deletion as SeaweedFS does."""
    report = {"key": f"/buckets/bucket/{key}", "message": {"old_entry": {"name": key}}}
    urllib.request.urlopen(urllib.request.Request(events.url, json.dumps(report).encode(), method="POST")).close()
