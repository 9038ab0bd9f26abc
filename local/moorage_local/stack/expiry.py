"""DynamoDB's time to live, done by a sweep: ministack's own would remove items without a record in the stream."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from moorage_local.lambda_runtime.background import Worker
from moorage_local.stack.resources import client

ATTRIBUTE = "expires_at"
PAUSE_SECONDS = 30.0
"""AWS takes up to days; whoever reads an item checks the time as well."""

Key = tuple[str, str]


def key_of(keys: Mapping[str, Any]) -> Key:
    """Partition and sort key of an item, from its Keys in DynamoDB's notation."""
    return keys["pk"]["S"], keys["sk"]["S"]


class ExpiredKeys:
    """What the sweep has removed and the stream has not yet reported: such a removal is the work of TTL."""

    def __init__(self) -> None:
        """None yet."""
        self._keys: set[Key] = set()
        self._lock = threading.Lock()

    def add(self, key: Key) -> None:
        """The sweep is about to remove this item."""
        with self._lock:
            self._keys.add(key)

    def take(self, key: Key) -> bool:
        """Whether the sweep removed it; forgotten afterwards."""
        with self._lock:
            known = key in self._keys
            self._keys.discard(key)
            return known


class ExpirySweep(Worker):
    """Removes items whose time has come."""

    def __init__(
        self, table: str, variables: Mapping[str, str], expired: ExpiredKeys, pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        """`expired` is shared with the stream's reader."""
        super().__init__("expiry sweep", pause_seconds)
        self._dynamodb = client("dynamodb", variables)
        self._table = table
        self._expired = expired

    def turn(self) -> None:
        """One look at the whole table."""
        now = {":now": {"N": str(int(time.time()))}}
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
        self._expired.add(key_of(item))
        try:
            self._dynamodb.delete_item(
                TableName=self._table,
                Key=item,
                ConditionExpression=f"{ATTRIBUTE} <= :now",
                ExpressionAttributeValues=now,
            )
        except ClientError as error:
            self._expired.take(key_of(item))
            if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                raise
