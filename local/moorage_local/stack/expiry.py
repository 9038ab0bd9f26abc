"""DynamoDB's time to live, done by a sweep: ministack's own would remove items without a record in the stream."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from moorage_local.engines.durable.answers import EXPIRED_HEADER
from moorage_local.lambda_runtime.background import Worker
from moorage_local.stack.resources import client

ATTRIBUTE = "expires_at"
PAUSE_SECONDS = 30.0
"""AWS takes up to days; whoever reads an item checks the time as well."""


class ExpirySweep(Worker):
    """Removes items whose time has come."""

    def __init__(
        self,
        table: str,
        variables: Mapping[str, str],
        pause_seconds: float = PAUSE_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is removed before the first turn. `now` gives seconds since the epoch."""
        self._now = now
        super().__init__("expiry sweep", pause_seconds)
        self._dynamodb = client("dynamodb", variables)
        self._table = table
        # The stream's records say then that time to live removed the items.
        self._dynamodb.meta.events.register("before-call.dynamodb.DeleteItem", _say_expired)

    def turn(self) -> None:
        """One look at the whole table."""
        now = {":now": {"N": str(int(self._now()))}}
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression=f"{ATTRIBUTE} <= :now",
            ProjectionExpression="pk, sk",
            ExpressionAttributeValues=now,
        )
        for page in pages:
            for item in page["Items"]:
                self._remove(item, now)

    def _remove(self, item: dict[str, Any], now: Mapping[str, Any]) -> None:
        """Remove it unless its time has been put off since we looked."""
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._dynamodb.delete_item(
                TableName=self._table,
                Key=item,
                ConditionExpression=f"{ATTRIBUTE} <= :now",
                ExpressionAttributeValues=now,
            )


def _say_expired(params: dict[str, Any], **_: Any) -> None:
    params["headers"][EXPIRED_HEADER] = "true"
