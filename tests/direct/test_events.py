"""S3's own event, as the engine sends it: early, late, twice, or beside other completions; it commits once."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from moorage.domain.repositories.repository import RepositoryId
from moorage.wire.queue.completion_messages import Outcome

from tests.support.direct.registry import MIB, REPOSITORY, DirectRegistry
from tests.support.layers import digest_of
from tests.support.records import linked_from


@pytest.fixture
def content() -> bytes:
    return os.urandom(9 * MIB)


def require_one_commit(registry: DirectRegistry, content: bytes) -> None:
    assert registry.layers() == [digest_of(content)]
    layer = next(iter(next(registry.ports.catalog.layers_of(RepositoryId(registry.registry.registry_id, REPOSITORY)))))
    upload = registry.head(layer.upload_id)
    lookup = registry.ports.catalog.look_up(upload.repository, layer.digest, upload.encryption)
    assert lookup.blob
    assert linked_from(registry.ports, lookup.blob.id) == [REPOSITORY]


def test_a_client_with_nothing_but_urls_gets_its_layer_committed(registry: DirectRegistry, content: bytes):
    """It joins the parts through the completion URL; S3's event does the rest."""
    page = registry.begin(content)
    etags = {}
    for part in page["parts"]:
        body = content[part["firstByte"] : part["lastByte"] + 1]
        etags[part["partNumber"]] = httpx.put(part["url"], content=body).raise_for_status().headers["etag"]
    listed = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>" for n, etag in etags.items())
    xml = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>"
    httpx.post(page["completionUrl"], content=xml, headers=page["completionHeaders"], timeout=60).raise_for_status()
    events = registry.messages()
    assert events
    assert {registry.run_message(event) for event in events} == {Outcome.DONE}
    require_one_commit(registry, content)


def test_an_event_that_is_delivered_twice_and_late_commits_once(registry: DirectRegistry, content: bytes):
    upload_id = registry.sent(content)
    registry.join(upload_id)
    [event, *_] = registry.messages()
    status, _ = registry.call("POST", f"/{upload_id}/completion")
    assert status == 200
    for _ in range(3):
        assert registry.run_message(event) is Outcome.DONE
    require_one_commit(registry, content)


def test_messages_in_the_wrong_order_commit_once(registry: DirectRegistry, content: bytes):
    """The request comes before the bytes and becomes a dead letter; the event comes after another completion."""
    page = registry.begin(content)
    request = {"repositoryName": REPOSITORY, "uploadId": page["uploadId"], "layerDigests": [digest_of(content)]}
    assert registry.run_message(json.dumps(request)) is Outcome.DEAD_LETTER
    first, second = registry.sent(content), registry.sent(content)
    registry.join(first)
    [event, *_] = registry.messages()
    assert registry.call("POST", f"/{second}/completion")[0] == 200
    assert registry.run_message(event) is Outcome.DONE
    status, body = registry.call("GET", f"/{first}")
    assert (status, body["status"], body["failureReason"]) == (200, "failed", "LayerAlreadyExistsException")
    require_one_commit(registry, content)


def test_every_way_at_once_commits_once_and_reads_the_object_once(registry: DirectRegistry, content: bytes):
    upload_id = registry.sent(content)
    registry.join(upload_id)
    [event, *_] = registry.messages()
    request = json.dumps({"repositoryName": REPOSITORY, "uploadId": upload_id, "layerDigests": [digest_of(content)]})

    def complete(way: int) -> object:
        if way % 3 == 0:
            return registry.call("POST", f"/{upload_id}/completion")[0]
        return registry.run_message(event if way % 3 == 1 else request)

    with registry.reads() as ranges, ThreadPoolExecutor(9) as threads:
        answers = set(threads.map(complete, range(9)))
    assert answers <= {200, 202, Outcome.DONE, Outcome.HANDED_OVER}
    assert len(ranges) == len(set(ranges)) == 9
    require_one_commit(registry, content)
    for message in registry.messages(wait_seconds=4):  # those that met the lease and came back behind it
        assert registry.run_message(message) is Outcome.DONE
    require_one_commit(registry, content)


def test_a_dead_letter_has_the_reason(registry: DirectRegistry):
    assert registry.run_message("not json") is Outcome.DEAD_LETTER
    url = os.environ["MOORAGE_SET_ASIDE_QUEUE_URL"]
    [message] = registry.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=5)["Messages"]
    assert message["Body"] == "not json"
    assert message["MessageAttributes"]["reason"]["StringValue"] == "SerializationException"


def test_hand_overs_through_the_real_queue_get_to_the_end(registry: DirectRegistry, content: bytes):
    upload_id = registry.sent(content)
    registry.join(upload_id)
    [message, *_] = registry.messages()
    with registry.reads() as ranges:
        for _ in range(20):
            if registry.run_message(message, deadline=0) is Outcome.DONE:
                break
            [message] = registry.messages()
    assert registry.layers() == [digest_of(content)]
    starts = [first for first, _ in ranges]
    assert sorted(set(starts)) == [place * MIB for place in range(9)]


def test_a_synchronous_completion_without_time_is_found_further_on_by_the_next(
    registry: DirectRegistry, content: bytes
):
    upload_id = registry.sent(content)
    limits = registry.ports.limits
    hasty = replace(limits, verification=replace(limits.verification, budget_seconds=0))
    registry.ports = replace(registry.ports, limits=hasty)
    seen = []
    for _ in range(20):
        status, body = registry.call("POST", f"/{upload_id}/completion")
        if status == 200:
            break
        assert (status, body["status"]) == (202, "verifying")
        seen.append(body["bytesVerified"])
    assert seen == [place * MIB for place in range(1, 9)]


def test_a_client_that_sends_the_whole_layer_by_one_put_gets_it_committed(registry: DirectRegistry, content: bytes):
    """S3 hashes it, and S3's event does the rest: no byte is read."""
    put = registry.begin(content, singlePut=True)["put"]
    httpx.put(put["url"], content=content, headers=put["headers"], timeout=60).raise_for_status()
    events = registry.messages()
    assert events
    with registry.reads() as reads:
        assert {registry.run_message(event) for event in events} == {Outcome.DONE}
    assert reads == []
    require_one_commit(registry, content)
