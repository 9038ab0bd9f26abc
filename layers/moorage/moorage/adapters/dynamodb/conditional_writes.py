"""Conditional writes that return the conflicting item, so that no second read is needed."""

import random
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import CancellationReason, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.adapters.dynamodb.backoff import conflict_pauses
from moorage.adapters.dynamodb.item import Item
from moorage.domain.errors import UnavailableError

Reasons = list[CancellationReason | None]

_CONDITION_FAILED = "ConditionalCheckFailed"
_RETURN_OLD = "ALL_OLD"
_random = random.SystemRandom()
"""Asks the kernel each time: processes that Lambda restores from one snapshot share the state of `random`."""


def write_together(connection: Connection, fill: Callable[[TransactWrite], None]) -> Reasons:
    """Run one transaction: [] if it was written, else one reason for each item (None if its condition held).

    The order of reasons is PynamoDB's: checks, deletes, saves, updates. SDKs do not retry a transaction that was
    cancelled by a conflict with another one, so this function does, after random waits.
    """
    pauses = conflict_pauses(_random.uniform)
    while True:
        try:
            with translated_errors(), TransactWrite(connection=connection) as transaction:
                fill(transaction)
        except TransactWriteError as error:
            reasons = error.cancellation_reasons
            if any(reason and reason.code == _CONDITION_FAILED for reason in reasons):
                return [reason if reason and reason.code == _CONDITION_FAILED else None for reason in reasons]
            if not any(reasons):
                raise
            pause_seconds = next(pauses, None)
            if pause_seconds is None:
                raise UnavailableError from error
            time.sleep(pause_seconds)
        else:
            return []


def update_or_conflict(model: Model, actions: list[Action], condition: Condition) -> tuple[bool, Item | None]:
    """Update one item: (True, the item after the update), or (False, the conflicting item; None if there is none)."""
    request = model.get_update_kwargs_from_instance(
        actions=actions, condition=condition, return_values_on_condition_failure=_RETURN_OLD
    )
    return _write_or_conflict("UpdateItem", {**request, "ReturnValues": "ALL_NEW"})


def save_or_conflict(model: Model, condition: Condition) -> tuple[bool, Item | None]:
    """Put one item: (True, None), or (False, the conflicting item)."""
    request = model.get_save_kwargs_from_instance(condition=condition, return_values_on_condition_failure=_RETURN_OLD)
    return _write_or_conflict("PutItem", request)


def delete_or_conflict(model: Model, condition: Condition) -> tuple[bool, Item | None]:
    """Delete one item: (True, None), or (False, the conflicting item; None if there is none)."""
    request = model.get_delete_kwargs_from_instance(condition=condition, return_values_on_condition_failure=_RETURN_OLD)
    return _write_or_conflict("DeleteItem", request)


def delete_if(model: Model, condition: Condition) -> bool:
    """Delete one item if it exists and satisfies the condition; returns whether it was deleted."""
    return delete_or_conflict(model, condition)[0]


def conflicting_item(reason: CancellationReason | None) -> Item | None:
    """The item whose condition failed in a transaction."""
    return Item.from_raw_data(reason.raw_item) if reason and reason.raw_item else None


def _write_or_conflict(operation: str, request: dict[str, object]) -> tuple[bool, Item | None]:
    # PynamoDB's update() and save() cannot return the conflicting item.
    dispatch = Item._get_connection().connection.dispatch
    try:
        with translated_errors():
            written: dict[str, Any] = dispatch(operation, request)
    except ClientError as error:
        if error_code(error) != "ConditionalCheckFailedException":
            raise
        original = error.__cause__
        met: Any = original.response.get("Item") if isinstance(original, ClientError) else None
        return False, Item.from_raw_data(met) if met else None
    after = written.get("Attributes")
    return True, Item.from_raw_data(after) if after else None
