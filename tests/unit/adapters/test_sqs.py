"""A handed-over request has the form of any producer's message, and the queue's function can read it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from moorage.adapters.sqs import SqsCompletions
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.wire.ecr.operations import find_operation

REQUEST = CompleteLayerUpload(
    upload=UploadRef(RepositoryId("123456789012", "harbour/anchor"), "00000000-0000-4000-8000-00000000000a"),
    layer_digests=("sha256:" + "0" * 64,),
)


class Queue:
    """Remembers what is sent; counts how often a client is made."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.made = 0

    def make(self) -> Any:
        self.made += 1
        return self

    def send_message(self, **members: Any) -> None:
        self.sent.append(members)


def test_a_completion_is_handed_over_as_the_request_that_the_api_takes():
    queue = Queue()
    SqsCompletions(queue.make, "completions", None).enqueue(REQUEST)
    [message] = queue.sent
    assert (message["QueueUrl"], message["DelaySeconds"]) == ("completions", 0)
    assert json.loads(message["MessageBody"])["handOvers"] == 1
    assert find_operation("CompleteLayerUpload").input.read(json.loads(message["MessageBody"])) == {
        "registryId": REQUEST.upload.repository.registry_id,
        "repositoryName": REQUEST.upload.repository.name,
        "uploadId": REQUEST.upload.upload_id,
        "layerDigests": list(REQUEST.layer_digests),
    }


@pytest.mark.parametrize(("asked", "given"), [(-3.0, 0), (0.2, 1), (59.5, 60), (4000.0, 900)])
def test_a_delay_is_whole_seconds_that_sqs_takes(asked: float, given: int):
    queue = Queue()
    SqsCompletions(queue.make, "completions", None).enqueue(REQUEST, asked)
    assert queue.sent[0]["DelaySeconds"] == given


def test_a_dead_letter_is_the_message_as_it_came_with_the_reason():
    queue = Queue()
    assert SqsCompletions(queue.make, None, "dead-letters").dead_letter("as it came", "SomeException", "because")
    [message] = queue.sent
    assert (message["QueueUrl"], message["MessageBody"]) == ("dead-letters", "as it came")
    assert message["MessageAttributes"]["reason"]["StringValue"] == "SomeException"


def test_without_queues_nothing_is_sent_and_no_client_made():
    queue = Queue()
    completions = SqsCompletions(queue.make, None, None)
    completions.enqueue(REQUEST)
    assert not completions.dead_letter("x", "y", "z")
    assert queue.made == 0


def test_the_client_is_made_once():
    queue = Queue()
    completions = SqsCompletions(queue.make, "completions", None)
    completions.enqueue(REQUEST)
    completions.enqueue(REQUEST)
    assert queue.made == 1


def test_each_hand_over_is_counted():
    queue = Queue()
    SqsCompletions(queue.make, "completions", None).enqueue(replace(REQUEST, hand_overs=7))
    assert json.loads(queue.sent[0]["MessageBody"])["handOvers"] == 8
