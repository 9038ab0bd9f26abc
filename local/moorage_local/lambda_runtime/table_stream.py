"""The table's stream and its event source mapping: changes of records reach functions/registry_stream in order."""

import base64
import logging
from collections.abc import Mapping
from typing import Any

from moorage_local.engines import loopback
from moorage_local.engines.durable.answers import HANDLED_PATH
from moorage_local.lambda_runtime.background import Worker
from moorage_local.lambda_runtime.functions import Function
from moorage_local.stack.resources import client

PAUSE_SECONDS = 0.5
MAX_ATTEMPTS = 4
"""After that a record is given up, so that it holds up no other; in AWS it becomes a dead letter."""
BATCH_SIZE = 100
"""As BatchSize in template.yaml, or less."""

logger = logging.getLogger(__name__)


class TableStream(Worker):
    """Follows the stream from its oldest record: the emulator keeps each one until it is told that it is handled."""

    def __init__(self, table: str, variables: Mapping[str, str], function: Function) -> None:
        """`variables` lead to an emulator of ours (engines/durable)."""
        super().__init__("table stream", PAUSE_SECONDS)
        self._streams = client("dynamodbstreams", variables)
        self._function = function
        self._emulator_url = variables["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"]
        self._table = table
        self.find_stream()

    def find_stream(self) -> None:
        """Follow the stream that the table has now: a table that is created again has another one."""
        self._arn: str = self._streams.list_streams(TableName=self._table)["Streams"][0]["StreamArn"]
        description = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        self._shard: str = description["Shards"][0]["ShardId"]

    def turn(self) -> None:
        """Deliver what is not handled yet, oldest first."""
        while records := self._unhandled():
            done = self._deliver(records)
            if done:
                number = records[done - 1]["dynamodb"]["SequenceNumber"]
                handled = {"streamArn": self._arn, "sequenceNumber": number}
                loopback.post(self._emulator_url + HANDLED_PATH, handled)
            if done < len(records):
                return

    def _unhandled(self) -> list[dict[str, Any]]:
        """The oldest records of the stream. The emulator has one shard, which is never split."""
        iterator = self._streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=self._shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        answer = self._streams.get_records(ShardIterator=iterator, Limit=BATCH_SIZE)
        return [self._event_record(record) for record in answer["Records"]]

    def _deliver(self, records: list[dict[str, Any]]) -> int:
        """As an event source mapping with ReportBatchItemFailures: again from the first record that failed.

        Returns how many records are done. When we are told to stop, a record that fails is left for the next start.
        """
        done = failures = 0
        while done < len(records):
            succeeded = self._first_failure(records[done:])
            failures = 1 if succeeded else failures + 1
            done += succeeded
            if done == len(records) or self.stopping.is_set():
                break
            if failures == MAX_ATTEMPTS:
                logger.error("given up after %d attempts: %s", MAX_ATTEMPTS, records[done]["dynamodb"]["Keys"])
                done, failures = done + 1, 0
            else:
                self.stopping.wait(0.2 * 2**failures)
        return done

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
        if "userIdentity" in shaped:
            shaped["userIdentity"] = {
                name[0].lower() + name[1:]: value for name, value in record["userIdentity"].items()
            }
        return shaped


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {name: _as_json(member) for name, member in value.items()}
    if isinstance(value, (list, set)):
        return [_as_json(member) for member in value]
    return value
