"""The stream's reader, on a real stream of ministack's, turn by turn."""

import logging
import time
from typing import Any

import pytest
from moorage_local.lambda_runtime.functions import Function
from moorage_local.lambda_runtime.table_stream import MAX_ATTEMPTS, TableStream
from moorage_local.stack.expiry import ExpirySweep
from moorage_local.stack.resources import client
from moorage_local.stack.stack import Stack


class Follower:
    """A function that remembers its batches and fails the records it is told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.failing: dict[str, int] = {}

    def __call__(self, event: Any, context: Any) -> Any:
        self.batches.append(event["Records"])
        for record in event["Records"]:
            name = record["dynamodb"]["Keys"]["pk"]["S"]
            if self.failing.get(name, 0):
                self.failing[name] -= 1
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}

    def names(self) -> list[list[str]]:
        return [[record["dynamodb"]["Keys"]["pk"]["S"] for record in batch] for batch in self.batches]


@pytest.fixture
def follower() -> Follower:
    return Follower()


@pytest.fixture
def stream(stack: Stack, follower: Follower, monkeypatch: pytest.MonkeyPatch) -> TableStream:
    stream = TableStream(stack.names.table, stack.variables, Function("registry_stream", follower))
    monkeypatch.setattr(stream.stopping, "wait", lambda _seconds: False)  # no pauses between tries
    return stream


def put(stack: Stack, *names: str, **attributes: Any) -> None:
    for name in names:
        item = {"pk": {"S": name}, "sk": {"S": "#META"}, **attributes}
        client("dynamodb", stack.variables).put_item(TableName=stack.names.table, Item=item)


def delete(stack: Stack, name: str) -> None:
    key = {"pk": {"S": name}, "sk": {"S": "#META"}}
    client("dynamodb", stack.variables).delete_item(TableName=stack.names.table, Key=key)


def test_changes_arrive_once_and_in_order(stack, stream, follower):
    put(stack, "a", "b", "c")
    stream.turn()
    stream.turn()
    assert follower.names() == [["a", "b", "c"]]


def test_a_record_is_shaped_as_lambda_shapes_it(stack, stream, follower):
    put(stack, "a", state={"B": b"\x00\xff"}, members={"M": {"list": {"L": [{"B": b"z"}]}}})
    stream.turn()
    (record,) = follower.batches[0]
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventName"] == "INSERT"
    assert record["eventSourceARN"].startswith(f"arn:aws:dynamodb:us-east-1:000000000000:table/{stack.names.table}/")
    assert record["dynamodb"]["NewImage"]["state"] == {"B": "AP8="}, "binary values are base64"
    assert record["dynamodb"]["NewImage"]["members"] == {"M": {"list": {"L": [{"B": "eg=="}]}}}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert "userIdentity" not in record


def test_after_a_failure_delivery_begins_again_at_the_record_that_failed(stack, stream, follower):
    follower.failing = {"b": 1}
    put(stack, "a", "b", "c")
    stream.turn()
    assert follower.names() == [["a", "b", "c"], ["b", "c"]]


def test_a_record_that_fails_every_time_is_given_up_and_holds_up_no_other(stack, stream, follower, caplog):
    follower.failing = {"b": 1000}
    put(stack, "a", "b", "c")
    with caplog.at_level(logging.CRITICAL + 1):
        stream.turn()
    assert follower.names() == [["a", "b", "c"], *[["b", "c"]] * (MAX_ATTEMPTS - 1), ["c"]]


def test_a_removal_by_a_caller_says_nothing_of_ttl(stack, stream, follower):
    put(stack, "a")
    delete(stack, "a")
    stream.turn()
    assert [record["eventName"] for record in follower.batches[0]] == ["INSERT", "REMOVE"]
    assert "userIdentity" not in follower.batches[0][1]


def test_the_sweep_removes_what_has_expired_as_ttl_would(stack, stream, follower):
    put(stack, "past", expires_at={"N": str(int(time.time()) - 1)})
    put(stack, "future", expires_at={"N": str(int(time.time()) + 1000)})
    put(stack, "never")
    stream.turn()
    ExpirySweep(stack.names.table, stack.variables).turn()
    stream.turn()
    (removed,) = follower.batches[1]
    assert removed["eventName"] == "REMOVE"
    assert removed["dynamodb"]["OldImage"]["pk"] == {"S": "past"}
    assert removed["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_the_sweep_leaves_an_item_whose_time_has_been_put_off_meanwhile(stack, stream, follower):
    put(stack, "a", expires_at={"N": str(int(time.time()) + 1000)})
    sweep = ExpirySweep(stack.names.table, stack.variables)
    sweep._remove({"pk": {"S": "a"}, "sk": {"S": "#META"}}, {":now": {"N": str(int(time.time()))}})
    assert client("dynamodb", stack.variables).scan(TableName=stack.names.table)["Count"] == 1
