"""Layers that go straight to S3, and the three ways in which the deployed stack hears that they are there."""

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.emulator import Stack

WAIT_SECONDS = 60
MIB = 1024 * 1024


@pytest.fixture
def repository(deployed: Stack) -> str:
    name = f"direct/{uuid.uuid4()}"
    deployed.ecr().create_repository(repositoryName=name)
    return name


def test_a_layer_sent_to_s3_is_completed_through_the_direct_api(deployed: Stack, repository: str) -> None:
    upload, layer = _sent_to_s3(deployed, repository)

    status, answer = deployed.request("POST", f"/direct-uploads/{upload['uploadId']}/completion")

    assert status in (200, 202), answer
    _wait_until_completed(deployed, upload)
    url = deployed.ecr().get_download_url_for_layer(repositoryName=repository, layerDigest=upload["layerDigest"])
    assert deployed.cloud.send("GET", url["downloadUrl"]) == (200, layer)


def test_a_message_in_the_queue_completes_an_upload(deployed: Stack, repository: str) -> None:
    upload, _ = _sent_to_s3(deployed, repository)
    request = {
        "repositoryName": repository,
        "uploadId": upload["uploadId"],
        "layerDigests": [upload["layerDigest"]],
    }
    deployed.cloud.client("sqs").send_message(
        QueueUrl=deployed.outputs["CompletionQueueUrl"], MessageBody=json.dumps(request)
    )
    _wait_until_completed(deployed, upload)


def test_the_event_of_s3_completes_an_upload_that_nobody_else_mentions(deployed: Stack, repository: str) -> None:
    upload, _ = _sent_to_s3(deployed, repository)
    parts = "".join(
        f"<Part><PartNumber>{part['partNumber']}</PartNumber><ETag>{part['etag']}</ETag></Part>"
        for part in upload["parts"]
    )
    body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
    assert deployed.cloud.send("POST", upload["completionUrl"], body, upload["completionHeaders"])[0] == 200
    _wait_until_completed(deployed, upload)


def test_a_message_that_can_never_succeed_becomes_a_dead_letter_with_its_reason(deployed: Stack) -> None:
    sqs, marker = deployed.cloud.client("sqs"), str(uuid.uuid4())
    sqs.send_message(QueueUrl=deployed.outputs["CompletionQueueUrl"], MessageBody=json.dumps({"not a": marker}))

    def dead_letters() -> list[Any]:
        found = sqs.receive_message(
            QueueUrl=deployed.outputs["CompletionDeadLettersUrl"],
            MessageAttributeNames=["All"],
            WaitTimeSeconds=1,
            VisibilityTimeout=1,
        )
        return [message for message in found.get("Messages", []) if marker in message["Body"]]

    (message,) = _wait_for(dead_letters)
    assert message["MessageAttributes"]["reason"]["StringValue"] == "InvalidParameterException"


def test_a_new_layer_is_announced_on_the_bus(deployed: Stack, repository: str) -> None:
    sqs, events = deployed.cloud.client("sqs"), deployed.cloud.client("events")
    queue = sqs.create_queue(QueueName=f"listener-{uuid.uuid4()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    pattern = {"source": ["moorage"], "detail": {"repository-name": [repository]}}
    events.put_rule(Name=f"rule-{repository[-36:]}", EventPattern=json.dumps(pattern))
    events.put_targets(Rule=f"rule-{repository[-36:]}", Targets=[{"Id": "queue", "Arn": arn}])

    upload, layer = _sent_to_s3(deployed, repository)
    deployed.request("POST", f"/direct-uploads/{upload['uploadId']}/completion")

    (message,) = _wait_for(lambda: sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []))
    detail = json.loads(message["Body"])["detail"]
    assert (detail["result"], detail["layer-digest"]) == ("SUCCESS", upload["layerDigest"])
    assert detail["layer-size-in-bytes"] == len(layer)


def test_what_an_abandoned_upload_has_left_in_s3_is_removed(deployed: Stack, repository: str) -> None:
    upload, _ = _sent_to_s3(deployed, repository)
    assert deployed.request("DELETE", f"/direct-uploads/{upload['uploadId']}")[0] == 204
    s3 = deployed.cloud.client("s3")

    def is_gone() -> bool:
        left = s3.list_multipart_uploads(Bucket=deployed.outputs["BucketName"]).get("Uploads", [])
        return not [one for one in left if upload["uploadId"] in one["Key"]]

    _wait_for(is_gone)


def _sent_to_s3(deployed: Stack, repository: str) -> tuple[dict[str, Any], bytes]:
    """A direct upload whose parts S3 has; each part's ETag is noted beside its URL."""
    layer = hashlib.sha256(uuid.uuid4().bytes).digest() * (20 * MIB // 32)
    status, upload = deployed.request(
        "POST",
        "/direct-uploads",
        repositoryName=repository,
        layerDigest=f"sha256:{hashlib.sha256(layer).hexdigest()}",
        layerSize=len(layer),
    )
    assert status == 201, upload
    for part in upload["parts"]:
        body = layer[part["firstByte"] : part["lastByte"] + 1]
        assert deployed.cloud.send("PUT", part["url"], body)[0] == 200
        part["etag"] = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    return upload, layer


def _wait_until_completed(deployed: Stack, upload: dict[str, Any]) -> None:
    def is_completed() -> bool:
        _, state = deployed.request("GET", f"/direct-uploads/{upload['uploadId']}")
        assert state["status"] != "failed", state
        return state["status"] == "completed"

    _wait_for(is_completed)


def _wait_for(question: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while not (answer := question()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
    return answer
