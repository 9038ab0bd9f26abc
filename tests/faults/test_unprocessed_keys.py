"""Keys that BatchGetItem leaves unprocessed: asked for again, with pauses, and not forever."""

from collections.abc import Callable

import pytest
from moorage.adapters.dynamodb import item
from moorage_local.stack.stack import Stack

from tests.support.faults.injection import leave_unprocessed
from tests.support.faults.registry import Answer, LocalRegistry
from tests.support.faults.scenarios import ONE
from tests.support.layers import digest_of

NAME = "unprocessed"
PAUSES = 5
OPERATIONS: dict[str, Callable[[LocalRegistry, str], Answer]] = {
    "DescribeRepositories": lambda r, _: r.call("DescribeRepositories", repositoryNames=[NAME]),
    "BatchCheckLayerAvailability": lambda r, _: r.call(
        "BatchCheckLayerAvailability", repositoryName=NAME, layerDigests=[digest_of(ONE)]
    ),
    "CompleteLayerUpload": lambda r, upload_id: r.complete(NAME, upload_id, digest_of(ONE)),
    "DeleteRepository": lambda r, _: r.call("DeleteRepository", repositoryName=NAME, force=True),
    "GetAccountSetting": lambda r, _: r.call("GetAccountSetting", name="BLOB_MOUNTING"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("unprocessed", [1, PAUSES, None])
def test_unprocessed_keys_are_read_again_until_the_budget_ends(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, operation: str, unprocessed: int | None
) -> None:
    registry = LocalRegistry()
    registry.must("CreateRepository", repositoryName=NAME)
    upload_id, _ = registry.upload(NAME, ONE)
    slept: list[float] = []
    monkeypatch.setattr(item, "conflict_pauses", lambda _: iter([0.25] * PAUSES))
    monkeypatch.setattr(item.time, "sleep", slept.append)
    calls: list[str] = []

    def answer(request: object, **_: object) -> object:
        calls.append("BatchGetItem")
        is_left = unprocessed is None or len(calls) <= unprocessed
        return leave_unprocessed(request, lambda _: None) if is_left else None  # type: ignore[arg-type,return-value]

    events = item.connection().client.meta.events
    events.register_first("before-send.dynamodb.BatchGetItem", answer)
    try:
        error, body = OPERATIONS[operation](registry, upload_id)
    finally:
        events.unregister("before-send.dynamodb.BatchGetItem", answer)
    if unprocessed is None:
        assert error == "ServerException", body
        assert len(calls) == PAUSES + 1
        assert slept.count(0.25) == PAUSES
    else:
        assert error is None, body
        assert slept.count(0.25) == unprocessed
