"""Transactions that meet others."""

import random
import time
from typing import Self

import pytest
from moorage.adapters.dynamodb import conditional_writes as dynamodb_transactions
from moorage.adapters.dynamodb.conditional_writes import CONFLICT_TRIES, write_together
from moorage.domain.errors import UnavailableError
from pynamodb.connection import Connection
from pynamodb.exceptions import CancellationReason, TransactWriteError


class ConflictError(TransactWriteError):
    """What PynamoDB makes of it."""

    @property
    def cancellation_reasons(self) -> list[CancellationReason | None]:
        return [CancellationReason(code="TransactionConflict", message=None)]


class Conflicting:
    """A transaction that another one is always in the way of."""

    def __init__(self, connection: Connection) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        raise ConflictError("cancelled")


def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a Lambda waits that was restored from the snapshot of which there is only one."""
    waited: list[float] = []
    random.seed(5)
    monkeypatch.setattr(dynamodb_transactions, "TransactWrite", Conflicting)
    monkeypatch.setattr(time, "sleep", waited.append)
    with pytest.raises(UnavailableError):
        write_together(Connection(), lambda _: None)
    return waited


def test_rivals_from_one_snapshot_do_not_wait_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = pauses(monkeypatch), pauses(monkeypatch)
    assert len(first) == len(second) == CONFLICT_TRIES
    assert first != second
