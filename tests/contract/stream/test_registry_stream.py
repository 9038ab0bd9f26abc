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
from moorage.domain.images.manifest import DOCKER_MANIFEST
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.stack.stack import Stack

from tests.support.faults.fsck import remove
from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import ONE, TWO
from tests.support.images import CONFIG_TYPE, manifest
from tests.support.layers import digest_of

FUNCTION = Path(__file__).parents[3] / "functions" / "registry_stream"
SAMPLE = Path(__file__).parents[3] / "events" / "registry_stream.json"
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


def _actions(events: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Detail type, action, tag and digest of the events about images, in any order."""
    details = [(event["detail-type"], event["detail"]) for event in events if "image-digest" in event["detail"]]
    return sorted(
        (kind, detail["action-type"], detail.get("image-tag", ""), detail["image-digest"]) for kind, detail in details
    )


def test_images_are_announced_in_the_form_of_ecr_through_their_whole_life(
    registry: LocalRegistry, function: Any, bus: Any
) -> None:
    registry.push(NAME, ONE)
    registry.push(NAME, TWO)
    assert function(batch(registry.stream_on())) == {"batchItemFailures": []}
    assert len(bus(2)) == 2  # the layers

    def events_of(number: int) -> list[dict[str, Any]]:
        assert function(batch(registry.stream_on())) == {"batchItemFailures": []}
        events: list[dict[str, Any]] = bus(number)
        return events

    first, second = manifest(ONE, ONE), manifest(ONE, TWO)
    old, new = digest_of(first), digest_of(second)
    registry.must("PutImage", repositoryName=NAME, imageManifest=first, imageTag="v1")
    (event,) = events_of(1)
    assert (event["source"], event["detail-type"], event["resources"]) == ("moorage", "ECR Image Action", [])
    assert event["detail"] == {
        "result": "SUCCESS",
        "repository-name": NAME,
        "image-digest": old,
        "action-type": "PUSH",
        "image-tag": "v1",
        "manifest-media-type": DOCKER_MANIFEST,
        "artifact-media-type": CONFIG_TYPE,
    }
    registry.must("PutImage", repositoryName=NAME, imageManifest=second)
    registry.must("PutImage", repositoryName=NAME, imageManifest=second, imageTag="v1")
    registry.must("PutImage", repositoryName=NAME, imageManifest=second, imageTag="v2")
    assert _actions(events_of(3)) == [("ECR Image Action", "PUSH", tag, new) for tag in ("", "v1", "v2")]
    registry.must("BatchDeleteImage", repositoryName=NAME, imageIds=[{"imageTag": "v2"}])
    assert _actions(events_of(1)) == [("ECR Image Action", "DELETE", "v2", new)]
    for storage_class in ("ARCHIVE", "STANDARD"):
        registry.must(
            "UpdateImageStorageClass",
            repositoryName=NAME,
            imageId={"imageDigest": new},
            targetStorageClass=storage_class,
        )
    targets = {event["detail"]["target-storage-class"] for event in events_of(2)}
    assert targets == {"ARCHIVE", "STANDARD"}
    registry.must("BatchDeleteImage", repositoryName=NAME, imageIds=[{"imageDigest": new}])
    assert _actions(events_of(2)) == [("ECR Image Action", "DELETE", tag, new) for tag in ("", "v1")]


def test_the_sample_event_is_announced(function: Any, bus: Any) -> None:
    assert function(json.loads(SAMPLE.read_text())) == {"batchItemFailures": []}
    actions = [(kind, action, tag) for kind, action, tag, _ in _actions(bus(4))]
    assert actions == [("ECR Image Action", *rest) for rest in (("DELETE", ""), ("DELETE", "v1"), ("PUSH", "v1"))]


def test_an_event_that_the_bus_does_not_take_is_sent_when_the_stream_delivers_again(
    registry: LocalRegistry, function: Any, bus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.push(NAME, ONE)
    registry.must("PutImage", repositoryName=NAME, imageManifest=manifest(ONE, ONE), imageTag="v1")
    records = [record for record in registry.stream_on() if record["dynamodb"]["Keys"]["sk"]["S"] == "TAG#v1"]
    client = function.module.ports.announcements._client
    real = client.put_events
    monkeypatch.setattr(client, "put_events", lambda **_: {"FailedEntryCount": 1, "Entries": [{}]})
    number = records[0]["dynamodb"]["SequenceNumber"]
    assert function(batch(records)) == {"batchItemFailures": [{"itemIdentifier": number}]}
    monkeypatch.setattr(client, "put_events", real)
    assert function(batch(records)) == {"batchItemFailures": []}
    assert _actions(bus(1)) == [("ECR Image Action", "PUSH", "v1", digest_of(manifest(ONE, ONE)))]


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
    blob = next(record for record in records if record["dynamodb"]["NewImage"]["kind"]["S"] == "blob")
    # Somebody removes the record of content that layers need: nothing that Moorage does, and not to be followed.
    remove(registry, blob["dynamodb"]["Keys"]["pk"]["S"], "#META")
    removed = {**blob, "eventName": "REMOVE", "eventID": "removed by hand"}
    removed["dynamodb"] = {**blob["dynamodb"], "OldImage": blob["dynamodb"]["NewImage"]}
    del removed["dynamodb"]["NewImage"]
    answer = function(batch([layers[0], removed, layers[1]]))
    boto3.client("dynamodb").put_item(TableName=registry.settings.table_name, Item=blob["dynamodb"]["NewImage"])
    assert answer == {"batchItemFailures": [{"itemIdentifier": removed["dynamodb"]["SequenceNumber"]}]}
    assert len(bus(2)) == 2
    assert registry.findings(verify=True) == []
