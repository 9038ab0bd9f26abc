"""The table's stream and its event source mapping: changes of records reach functions/registry_stream in order."""

import base64
import logging
from collections.abc import Mapping
from typing import Any

from moorage_local.lambda_runtime.background import Worker
from moorage_local.lambda_runtime.functions import Function
from moorage_local.stack.expiry import ExpiredKeys, key_of
from moorage_local.stack.resources import client

PAUSE_SECONDS = 0.5
MAX_ATTEMPTS = 4
"""After that a record is given up, so that it holds up no other; in AWS it becomes a dead letter."""
TTL_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
"""How a stream record says that TTL removed the item, nobody else."""

logger = logging.getLogger(__name__)


class TableStream(Worker):
    """Follows the stream from the moment it is made; what changed while nothing ran is the garbage sweep's business."""

    def __init__(self, table: str, variables: Mapping[str, str], function: Function, expired: ExpiredKeys) -> None:
        """`expired` tells removals by the expiry sweep from others."""
        super().__init__("table stream", PAUSE_SECONDS)
        self._streams = client("dynamodbstreams", variables)
        self._function = function
        self._expired = expired
        self._arn: str = self._streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
        self._iterators: dict[str, str | None] = {}
        self._find_shards("LATEST")

    def turn(self) -> None:
        """Deliver what has changed since the last turn."""
        for shard, iterator in list(self._iterators.items()):
            if iterator is None:
                continue  # a closed shard, read to its end
            answer = self._streams.get_records(ShardIterator=iterator, Limit=100)
            if answer["Records"]:
                self._deliver([self._event_record(record) for record in answer["Records"]])
            self._iterators[shard] = answer.get("NextShardIterator")
        if not any(self._iterators.values()):
            self._find_shards("TRIM_HORIZON")

    def _find_shards(self, start: str) -> None:
        for shard in self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            if shard["ShardId"] not in self._iterators:
                self._iterators[shard["ShardId"]] = self._streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType=start
                )["ShardIterator"]

    def _deliver(self, records: list[dict[str, Any]]) -> None:
        """As an event source mapping with ReportBatchItemFailures: again from the first record that failed."""
        for tried in range(MAX_ATTEMPTS):
            if tried:
                self.stopping.wait(0.2 * 2**tried)
            records = records[self._first_failure(records) :]
            if not records:
                return
        logger.error("given up after %d tries: %s", MAX_ATTEMPTS, records[0]["dynamodb"]["Keys"])
        self._deliver(records[1:])

    def _first_failure(self, records: list[dict[str, Any]]) -> int:
        """The index of the first record that has to come again; the count of records if none has to."""
        try:
            answer = self._function({"Records": records}) or {}
        except Exception:
            logger.exception("The function %s failed", self._function.name)
            return 0
        failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures", [])}
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        return next((index for index, number in enumerate(numbers) if number in failed), len(records))

    def _event_record(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record as Lambda shapes it: binary values as base64, times as numbers, `userIdentity` in lower case."""
        change = {**record["dynamodb"]}
        change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
        for image in ("Keys", "NewImage", "OldImage"):
            if image in change:
                change[image] = _as_json(change[image])
        shaped = {**record, "dynamodb": change, "eventSourceARN": self._arn}
        shaped.pop("userIdentity", None)
        if record["eventName"] == "REMOVE" and self._expired.take(key_of(change["Keys"])):
            shaped["userIdentity"] = TTL_IDENTITY
        return shaped


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {name: _as_json(member) for name, member in value.items()}
    if isinstance(value, (list, set)):
        return [_as_json(member) for member in value]
    return value
