"""The completion queue's messages: what becomes of each."""

import json
from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.errors import InvalidLayerError, UnavailableError
from moorage.domain.registry import Registry
from moorage.domain.uploads.direct_upload import Lease
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.completion.complete_from_queue import Outcome
from moorage.wire.queue.completion_messages import complete_from_message, queue_call

from tests.support.direct.uploads import begin, sent
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import failing_before
from tests.support.layers import digest_of

CONTENT = bytes(range(100))
DIGEST = digest_of(CONTENT)
CALL = queue_call(Registry(REGISTRY_ID, "eu-west-1", "registry.example"), "message-1")
NOBODY = "00000000-0000-4000-8000-ffffffffffff"


def run(world: World, message: Any, deadline: float | None = None) -> Outcome:
    body = message if isinstance(message, str) else json.dumps(message)
    return complete_from_message(body, world.clock.now + 100 if deadline is None else deadline, CALL, world.ports)


def request(upload_id: str, *digests: str, **changed: Any) -> dict[str, Any]:
    return {"repositoryName": REPOSITORY, "uploadId": upload_id, "layerDigests": list(digests) or [DIGEST], **changed}


def event(key: str, reason: str = "CompleteMultipartUpload", detail_type: str = "Object Created") -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": detail_type,
        "detail": {"bucket": {"name": "b"}, "object": {"key": key, "size": 1, "etag": "e"}, "reason": reason},
    }


def joined(world: World, content: bytes = CONTENT, **changed: Any) -> tuple[str, dict[str, Any]]:
    """A direct upload that its client joined, and S3's event of it."""
    upload_id = sent(world, content, **changed)
    upload = world.head(upload_id)
    world.direct.complete_multipart(upload, list(world.direct.list_parts(upload)))
    return upload_id, event(upload.object_key)


def test_a_request_completes_a_relayed_upload(world: World):
    upload_id = world.uploaded(CONTENT[:30])
    assert run(world, request(upload_id, digest_of(CONTENT[:30]))) is Outcome.DONE
    assert world.head(upload_id).status is UploadStatus.COMPLETED


def test_an_event_completes_a_direct_upload_and_nobody_had_to_call(world: World):
    upload_id, message = joined(world)
    assert run(world, message) is Outcome.DONE
    assert world.head(upload_id).status is UploadStatus.COMPLETED


def test_the_same_messages_again_and_in_any_order_commit_once(world: World):
    upload_id, message = joined(world)
    for each in (request(upload_id), message, message, request(upload_id), message):
        assert run(world, each) is Outcome.DONE
    assert len(world.records.layers) == 1
    assert len(world.records.links) == 1
    assert not world.completions.dead_lettered


def test_an_event_after_the_record_is_gone_is_nothing_to_do(world: World):
    upload_id, message = joined(world)
    run(world, message)
    del world.records.uploads[upload_id]
    assert run(world, message) is Outcome.DONE
    assert not world.completions.dead_lettered


def test_an_event_of_a_layer_that_came_second_is_done(world: World):
    _, first = joined(world)
    _, second = joined(world)
    assert [run(world, first), run(world, second)] == [Outcome.DONE, Outcome.DONE]


def test_at_the_end_of_its_time_the_rest_goes_back_to_the_queue(world: World):
    upload_id, message = joined(world)
    assert run(world, message, deadline=0) is Outcome.HANDED_OVER
    for _ in range(20):
        [(asked, delay)] = world.completions.enqueued
        world.completions.enqueued.clear()
        assert delay == 0
        if run(world, request(asked.upload.upload_id, *asked.layer_digests), deadline=0) is Outcome.DONE:
            break
    assert world.head(upload_id).status is UploadStatus.COMPLETED


def test_a_message_that_meets_another_worker_comes_back_when_its_lease_is_over(world: World):
    upload_id, message = joined(world)
    run(world, message, deadline=0)
    verification = world.head(upload_id).verification
    assert verification
    lease = Lease("a worker that died", world.clock.now + 60)
    world.change_head(upload_id, verification=replace(verification, lease=lease))
    world.completions.enqueued.clear()
    world.clock.now += 20
    assert run(world, message) is Outcome.HANDED_OVER
    [(asked, delay)] = world.completions.enqueued
    assert (asked.upload.upload_id, delay) == (upload_id, 40)
    world.clock.now += 40
    assert run(world, message) is Outcome.DONE


def test_a_layer_that_is_not_what_was_claimed_is_on_record_and_needs_no_person(world: World):
    upload_id, message = joined(world, layer_digest="sha256:" + "0" * 64)
    assert run(world, message) is Outcome.DONE
    assert world.head(upload_id).status is UploadStatus.FAILED
    assert not world.completions.dead_lettered


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("no json", "SerializationException"),
        ("[]", "SerializationException"),
        ("{}", "InvalidParameterException"),
        (request("not-an-id"), "InvalidParameterException"),
        (request(NOBODY), "UploadNotFoundException"),
        (request(NOBODY, repositoryName="harbour/none"), "RepositoryNotFoundException"),
        ({"detail-type": "Object Restored", "detail": {}}, "InvalidParameterException"),
        ({"detail-type": "Object Deleted"}, "InvalidParameterException"),
        ({"detail-type": "Object Created"}, "InvalidParameterException"),
    ],
)
def test_what_can_never_succeed_becomes_a_dead_letter_with_its_reason(world: World, message: Any, reason: str):
    assert run(world, message) is Outcome.DEAD_LETTER
    [(body, told, explanation)] = world.completions.dead_lettered
    assert body == message if isinstance(message, str) else json.loads(body) == message
    assert told == reason
    assert explanation


@pytest.mark.parametrize("case", ["empty", "wrong digest"])
def test_a_request_that_is_refused_for_good_becomes_a_dead_letter(world: World, case: str):
    upload_id = begin(world, CONTENT).upload.upload_id if case == "empty" else world.uploaded(CONTENT[:10])
    assert run(world, request(upload_id)) is Outcome.DEAD_LETTER
    assert world.completions.dead_lettered[0][1] == (
        "EmptyUploadException" if case == "empty" else "InvalidLayerException"
    )


def test_without_a_place_for_it_the_queue_itself_gives_up_on_it(world: World):
    world.completions.has_place = False
    upload_id = world.uploaded(CONTENT[:10])
    with pytest.raises(InvalidLayerError):
        run(world, request(upload_id))


def test_what_may_succeed_later_is_delivered_again(world: World):
    _, message = joined(world)
    world.ports = failing_before(world.ports, "catalog.commit", UnavailableError())
    with pytest.raises(UnavailableError):
        run(world, message)
    assert run(world, message) is Outcome.DONE


@pytest.mark.parametrize("key", ["blobs/123456789012/x", "tails/123456789012/x/00001", "elsewhere"])
def test_events_of_other_objects_are_ignored(world: World, key: str):
    assert run(world, event(key)) is Outcome.DONE
    assert run(world, event("direct/1/x", reason="PutObject")) is Outcome.DONE
    assert not world.completions.dead_lettered


def deleted(key: str) -> dict[str, Any]:
    return event(key, "DeleteObject", "Object Deleted")


def test_the_event_of_a_deleted_object_marks_its_content_as_lost_and_the_next_push_restores_it(world: World):
    world.pushed(CONTENT[:10])
    (blob,) = world.records.blobs.values()
    assert run(world, deleted(blob.object_key)) is Outcome.DONE
    assert lost_times(world) == [None], "S3 still has it"
    del world.content.objects[blob.object_key]
    assert run(world, deleted(blob.object_key)) is Outcome.DONE
    first = world.clock.now
    world.clock.now += 10
    assert run(world, deleted(blob.object_key)) is Outcome.DONE
    assert lost_times(world) == [first]
    world.pushed(CONTENT[:10])
    assert run(world, deleted(blob.object_key)) is Outcome.DONE
    assert lost_times(world) == [None]


@pytest.mark.parametrize("key", ["blobs/123456789012/x", "direct/123456789012/x", "tails/123456789012/x/00001", "x"])
def test_the_deletion_of_an_object_without_content_changes_nothing(world: World, key: str):
    world.pushed(CONTENT[:10])
    assert run(world, deleted(key)) is Outcome.DONE
    assert lost_times(world) == [None]
    assert not world.completions.dead_lettered


def lost_times(world: World) -> list[float | None]:
    return [blob.lost_at for blob in world.records.blobs.values()]


def handed_over(world: World) -> dict[str, Any]:
    """The message that a function sent to the queue, as the queue delivers it."""
    [(asked, _)] = world.completions.enqueued
    world.completions.enqueued.clear()
    return request(asked.upload.upload_id, *asked.layer_digests, handOvers=asked.hand_overs)


def test_a_verification_that_makes_no_progress_ends_in_the_dead_letter_queue(world: World):
    upload_id, message = joined(world)
    limit = world.ports.limits.verification.max_hand_overs
    busy = Lease("a worker that never ends", world.clock.now + 1)
    run(world, message, deadline=0)
    verification = world.head(upload_id).verification
    assert verification
    for hand_over in range(1, limit + 1):
        message = handed_over(world)
        assert message["handOvers"] == hand_over
        world.change_head(upload_id, verification=replace(verification, lease=busy))
        assert run(world, message) is Outcome.HANDED_OVER
    assert run(world, handed_over(world)) is Outcome.DEAD_LETTER
    assert not world.completions.enqueued
    [(_, reason, explanation)] = world.completions.dead_lettered
    assert (reason, "handOvers" in explanation) == ("InvalidParameterException", True)


@pytest.mark.parametrize("hand_overs", ["1", -1, 1.5, None, True])
def test_a_number_of_hand_overs_is_a_whole_number(world: World, hand_overs: Any):
    upload_id = world.uploaded(CONTENT[:30])
    assert run(world, request(upload_id, handOvers=hand_overs)) is Outcome.DEAD_LETTER
    assert world.head(upload_id).status is UploadStatus.OPEN


@pytest.mark.parametrize("then", ["deleted", "created again", "deleted, and the record expired"])
@pytest.mark.parametrize("how", ["event", "hand-over"])
def test_a_deleted_repository_with_a_direct_upload_in_flight_leaves_no_dead_letter(world: World, how: str, then: str):
    upload_id, message = joined(world)
    if how == "hand-over":
        run(world, message, deadline=0)
        message = handed_over(world)
    world.delete()
    if then == "created again":
        world.create()
    if then == "deleted, and the record expired":
        del world.records.uploads[upload_id]
    assert run(world, message) is Outcome.DONE
    assert not world.completions.dead_lettered
    assert not world.records.layers
