"""The queue's events, as `sam local invoke -e` takes them: each does what its name says."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage_local.engines import installation
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.functions import Function
from moorage_local.stack.stack import Stack

from tests.support.direct.registry import DirectRegistry
from tests.support.layers import digest_of

EVENTS = Path(__file__).parents[3] / "events"
REPOSITORY, LAYER = "harbour/anchor", b"a layer\n"


@pytest.fixture
def registry(stack: Stack) -> DirectRegistry:
    made = DirectRegistry(stack)
    made.create(REPOSITORY)
    return made


@pytest.fixture
def load(registry: DirectRegistry) -> Callable[[str], Function]:
    lambda_functions.forget_metrics()
    return lambda name: lambda_functions.load(installation.functions_directory() / name, 300)


def event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def sent(registry: DirectRegistry, upload_id: str) -> None:
    """A direct upload of the layer under this id, whose part S3 has."""
    ports = registry.ports
    registry.ports = replace(ports, new_id=lambda: upload_id)
    assert registry.sent(LAYER, name=REPOSITORY) == upload_id
    registry.ports = ports


def named_in(record: dict[str, Any]) -> str:
    """The upload that a record is about."""
    message = json.loads(record["body"])
    if "uploadId" in message:
        return str(message["uploadId"])
    return str(message["detail"]["object"]["key"]).rpartition("/")[2]


def test_a_batch_with_one_bad_record_completes_the_good_one_and_sets_the_other_aside(
    registry: DirectRegistry, load: Callable[[str], Function]
):
    batch = event("complete_uploads_batch")
    good, bad = batch["Records"]
    sent(registry, named_in(good))
    assert load("complete_uploads")(batch) == {"batchItemFailures": []}
    assert registry.layers(REPOSITORY) == [digest_of(LAYER)]
    url = os.environ["MOORAGE_SET_ASIDE_QUEUE_URL"]
    [message] = registry.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=5)["Messages"]
    assert message["Body"] == bad["body"]
    assert message["MessageAttributes"]["reason"]["StringValue"] == "InvalidParameterException"


def test_without_a_place_for_it_the_bad_record_alone_is_reported(
    registry: DirectRegistry, load: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("MOORAGE_SET_ASIDE_QUEUE_URL")
    batch = event("complete_uploads_batch")
    good, bad = batch["Records"]
    sent(registry, named_in(good))
    assert load("complete_uploads")(batch) == {"batchItemFailures": [{"itemIdentifier": bad["messageId"]}]}
    assert registry.layers(REPOSITORY) == [digest_of(LAYER)]


def test_the_event_of_a_joined_object_commits_the_layer_once(registry: DirectRegistry, load: Callable[[str], Function]):
    batch = event("complete_uploads_object_created")
    upload_id = named_in(batch["Records"][0])
    sent(registry, upload_id)
    registry.join(upload_id)
    for _ in range(2):
        assert load("complete_uploads")(batch) == {"batchItemFailures": []}
    assert registry.layers(REPOSITORY) == [digest_of(LAYER)]


def test_the_event_of_a_deleted_object_makes_the_layer_unavailable_until_it_is_pushed_again(
    registry: DirectRegistry, load: Callable[[str], Function]
):
    batch = event("complete_uploads_object_deleted")
    upload_id = named_in(batch["Records"][0])
    sent(registry, upload_id)
    assert registry.call("POST", f"/{upload_id}/completion")[0] == 200
    assert load("complete_uploads")(batch) == {"batchItemFailures": []}
    assert available(registry), "S3 still has the object: the event was late, or another one"
    registry.s3.delete_object(Bucket=registry.bucket, Key=registry.head(upload_id).object_key)
    for _ in range(2):
        assert load("complete_uploads")(batch) == {"batchItemFailures": []}
        assert not available(registry)
    again = registry.sent(LAYER, name=REPOSITORY)
    assert registry.call("POST", f"/{again}/completion")[0] == 200
    assert load("complete_uploads")(batch) == {"batchItemFailures": []}
    assert available(registry)


def available(registry: DirectRegistry) -> bool:
    catalog = registry.ports.catalog
    repository = catalog.look_up(RepositoryId(registry.registry.registry_id, REPOSITORY), None, Encryption()).repository
    assert repository is not None
    return bool(catalog.find_available(repository, [Digest.of(digest_of(LAYER))]))
