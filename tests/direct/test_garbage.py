"""What failed or abandoned direct uploads leave in S3 goes, and the event says why."""

import os
from dataclasses import replace

import pytest
from moorage.bootstrap.api import read_settings
from moorage.bootstrap.reaper import compose_reaper
from moorage.domain.events import RegistryEvent
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.reaper.handle_record_change import Change, handle_record_change

from tests.support.direct.registry import MIB, DirectRegistry
from tests.support.layers import digest_of
from tests.support.template.calls import in_role
from tests.support.template.policies import STREAM


class Recorder:
    """Implements the port `Announcements` by remembering."""

    def __init__(self) -> None:
        self.events: list[RegistryEvent] = []

    def publish(self, events: list[RegistryEvent]) -> None:
        self.events += events


@pytest.fixture
def announced() -> Recorder:
    return Recorder()


def reap(before: Upload, after: Upload, announced: Recorder) -> None:
    """What functions/registry_stream does with the head's change."""
    ports = replace(compose_reaper(read_settings()), announcements=announced)
    in_role(STREAM, handle_record_change)(Change(before, after), ports)


def left_in_s3(registry: DirectRegistry) -> list[str]:
    objects = registry.s3.list_objects_v2(Bucket=registry.bucket).get("Contents", [])
    multiparts = registry.s3.list_multipart_uploads(Bucket=registry.bucket).get("Uploads", [])
    return [found["Key"] for found in [*objects, *multiparts]]


def test_a_layer_that_is_not_what_was_claimed_is_removed_and_the_event_says_why(
    registry: DirectRegistry, announced: Recorder
):
    content = os.urandom(MIB)
    upload_id = registry.sent(content, digest="sha256:" + "0" * 64)
    before = registry.head(upload_id)
    status, body = registry.call("POST", f"/{upload_id}/completion")
    assert (status, body["code"]) == (422, "InvalidLayerException")
    assert registry.layers() == []
    assert left_in_s3(registry)
    reap(before, registry.head(upload_id), announced)
    assert left_in_s3(registry) == []
    [event] = announced.events
    assert event.detail["result"] == "FAILURE"
    assert event.detail["failure-reason"] == "InvalidLayerException"
    assert digest_of(content) in str(event.detail["failure-message"])
    assert registry.call("GET", f"/{upload_id}")[1]["status"] == "failed"


@pytest.mark.parametrize("is_joined", [False, True])
def test_an_abandoned_upload_leaves_nothing(registry: DirectRegistry, announced: Recorder, is_joined: bool):
    upload_id = registry.sent(os.urandom(MIB))
    if is_joined:
        registry.join(upload_id)
    before = registry.head(upload_id)
    assert registry.call("DELETE", f"/{upload_id}") == (204, None)
    assert registry.call("DELETE", f"/{upload_id}") == (204, None)
    reap(before, registry.head(upload_id), announced)
    assert left_in_s3(registry) == []
    assert announced.events == []


def test_content_that_was_there_already_leaves_no_second_copy(registry: DirectRegistry, announced: Recorder):
    content = os.urandom(MIB)
    first = registry.sent(content)
    assert registry.call("POST", f"/{first}/completion")[0] == 200
    registry.create("direct/other")
    page = registry.begin(content, name="direct/other", mountFrom=registry.head(first).repository.name)
    assert (page["status"], page["parts"]) == ("completed", [])
    after = registry.head(page["uploadId"])
    reap(replace(after, status=UploadStatus.OPEN), after, announced)
    assert left_in_s3(registry) == [registry.head(first).object_key]


def test_an_object_that_is_replaced_between_two_runs_is_never_committed(registry: DirectRegistry):
    content = os.urandom(3 * MIB)
    upload_id = registry.sent(content)
    registry.join(upload_id)
    [message, *_] = registry.messages()
    registry.run_message(message, deadline=0)
    registry.s3.put_object(Bucket=registry.bucket, Key=registry.head(upload_id).object_key, Body=content)
    status, body = registry.call("POST", f"/{upload_id}/completion")
    assert (status, body["code"]) == (422, "InvalidLayerException")
    assert registry.layers() == []
