"""Transactions that meet others."""

import random
import time
from typing import Self

import pytest
from moorage.adapters.dynamodb import conditional_writes
from moorage.adapters.dynamodb.backoff import CONFLICT_BUDGET_SECONDS
from moorage.adapters.dynamodb.conditional_writes import write_together
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
    monkeypatch.setattr(conditional_writes, "TransactWrite", Conflicting)
    monkeypatch.setattr(time, "sleep", waited.append)
    with pytest.raises(UnavailableError):
        write_together(Connection(), lambda _: None)
    return waited


def test_rivals_from_one_snapshot_do_not_wait_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = pauses(monkeypatch), pauses(monkeypatch)
    assert len(first) == len(second)
    assert first != second


def test_a_conflict_that_lasts_is_given_up_when_the_time_budget_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = pauses(monkeypatch)
    assert CONFLICT_BUDGET_SECONDS / 2 < sum(waited) < 2 * CONFLICT_BUDGET_SECONDS
