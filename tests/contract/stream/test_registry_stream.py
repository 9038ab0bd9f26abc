"""The stream's Lambda function: real records of the engine in batches of any cut, real events on the engine's bus."""

import base64
import datetime
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.stack.stack import Stack

from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import ONE, TWO

FUNCTION = Path(__file__).parents[3] / "functions" / "registry_stream"
NAME = "streamed"


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    made = LocalRegistry()
    made.must("CreateRepository", repositoryName=NAME)
    return made


@pytest.fixture
def function(stack: Stack) -> Any:
    return lambda_functions.load(FUNCTION, 60)


@pytest.fixture
def bus(stack: Stack) -> Iterator[Any]:
    """The bus's events of our source, through a rule and a queue."""
    events, sqs, suffix = boto3.client("events"), boto3.client("sqs"), stack.names.table
    queue_url = sqs.create_queue(QueueName=f"events-{suffix}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name=suffix, EventPattern=json.dumps({"source": ["moorage"]}))
    events.put_targets(Rule=suffix, Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}])

    def received(number: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + 20
        while len(found) < number and time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            found += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
            for message in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return found

    yield received
    events.remove_targets(Rule=suffix, Ids=["queue"])
    events.delete_rule(Name=suffix)
    sqs.delete_queue(QueueUrl=queue_url)


def batch(records: list[Any]) -> dict[str, Any]:
    """As Lambda hands records over: binary attributes are base64 text, times are numbers."""
    return json.loads(json.dumps({"Records": records}, default=_as_lambda_does))


def _as_lambda_does(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    assert isinstance(value, datetime.datetime)
    return value.timestamp()


def test_a_new_layer_is_announced_as_aws_services_announce_theirs(
    registry: LocalRegistry, function: Any, bus: Any
) -> None:
    upload_id, digest = registry.upload(NAME, ONE)
    registry.complete(NAME, upload_id, digest)
    assert function(batch(registry.stream_on())) == {"batchItemFailures": []}
    (event,) = bus(1)
    assert (event["source"], event["detail-type"]) == ("moorage", "Moorage Layer Action")
    assert event["detail"] == {
        "action-type": "PUSH",
        "result": "SUCCESS",
        "registry-id": registry.settings.registry_id,
        "repository-name": NAME,
        "layer-digest": digest,
        "layer-size-in-bytes": len(ONE),
        "layer-media-type": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "upload-id": upload_id,
    }


@pytest.mark.parametrize("size", [1, 3, 100])
def test_batches_of_any_cut_delivered_twice_leave_the_same_registry(
    registry: LocalRegistry, function: Any, size: int
) -> None:
    registry.push(NAME, ONE)
    registry.complete(NAME, *registry.upload(NAME, ONE))
    registry.upload(NAME, TWO)
    records = registry.stream_on()
    for _ in range(2):
        for first in range(0, len(records), size):
            assert function(batch(records[first : first + size])) == {"batchItemFailures": []}
    assert registry.findings(verify=True) == []


def test_a_record_that_fails_is_reported_and_does_not_keep_the_others(
    registry: LocalRegistry, function: Any, bus: Any
) -> None:
    registry.push(NAME, ONE)
    registry.push(NAME, TWO)
    records = registry.stream_on()
    layers = [record for record in records if record["dynamodb"]["Keys"]["sk"]["S"].startswith("LAYER#")]
    blob = next(record for record in records if record["dynamodb"]["Keys"]["pk"]["S"].startswith("BLOB#"))
    # Somebody removed the record of content that layers need: nothing that Moorage does, and not to be followed.
    removed = {**blob, "eventName": "REMOVE", "eventID": "removed by hand"}
    removed["dynamodb"] = {**blob["dynamodb"], "OldImage": blob["dynamodb"]["NewImage"]}
    del removed["dynamodb"]["NewImage"]
    answer = function(batch([layers[0], removed, layers[1]]))
    assert answer == {"batchItemFailures": [{"itemIdentifier": removed["dynamodb"]["SequenceNumber"]}]}
    assert len(bus(2)) == 2
    assert registry.findings(verify=True) == []
