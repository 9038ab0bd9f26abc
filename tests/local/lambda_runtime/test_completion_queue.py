"""The queue's reader, on a real queue of ministack's, turn by turn."""

import logging
from typing import Any

import pytest
from moorage_local.lambda_runtime import completion_queue
from moorage_local.lambda_runtime.completion_queue import CompletionQueue
from moorage_local.lambda_runtime.functions import Function
from moorage_local.stack.resources import client
from moorage_local.stack.stack import Stack


class Completer:
    """A function that remembers its messages and answers in turn what it was told."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.answers: list[Any] = []

    def __call__(self, event: Any, context: Any) -> Any:
        self.records += event["Records"]
        answer = self.answers.pop(0) if self.answers else "succeed"
        if isinstance(answer, Exception):
            raise answer
        failed = event["Records"] if answer == "fail" else []
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


@pytest.fixture
def completer(monkeypatch: pytest.MonkeyPatch) -> Completer:
    monkeypatch.setattr(completion_queue, "RETRY_AFTER_SECONDS", 0)
    return Completer()


@pytest.fixture
def queue(stack: Stack, completer: Completer) -> CompletionQueue:
    return CompletionQueue(stack.queue_url or "", stack.variables, Function("complete_uploads", completer))


def send(stack: Stack, body: str) -> None:
    client("sqs", stack.variables).send_message(
        QueueUrl=stack.queue_url,
        MessageBody=body,
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "test"}},
    )


def test_a_message_arrives_once_shaped_as_lambda_shapes_it(stack, queue, completer):
    send(stack, "complete this")
    queue.turn()
    queue.turn()
    (record,) = completer.records
    assert record["body"] == "complete this"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == f"arn:aws:sqs:us-east-1:000000000000:{stack.names.queue}"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "test"


@pytest.mark.parametrize("failure", ["fail", RuntimeError("crashed")])
def test_a_message_that_failed_comes_again(stack, queue, completer, caplog, failure):
    completer.answers = [failure]
    send(stack, "again")
    with caplog.at_level(logging.CRITICAL + 1):
        queue.turn()
        queue.turn()
    assert [record["attributes"]["ApproximateReceiveCount"] for record in completer.records] == ["1", "2"]


def test_a_message_that_always_fails_becomes_a_dead_letter(stack, queue, completer):
    completer.answers = ["fail"] * 20
    send(stack, "poison")
    for _ in range(8):
        queue.turn()
    assert len(completer.records) == 5
    sqs = client("sqs", stack.variables)
    dead = sqs.get_queue_url(QueueName=f"{stack.names.queue}-dead")["QueueUrl"]
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["poison"]
