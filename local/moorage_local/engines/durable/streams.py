"""DynamoDB streams: a record is kept on disk until its consumer has said that it is handled.

So a consumer that starts at the oldest record after a restart gets every change that it had not handled.
"""

import functools
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, dynamodb_streams

from moorage_local.engines.durable import rows
from moorage_local.engines.durable.answers import expired
from moorage_local.engines.durable.store import Store
from moorage_local.engines.durable.tables import Add

TIME_TO_LIVE = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
"""How a record says that an item was removed by time to live (DynamoDB Streams API, Identity)."""


class Streams:
    """Follows the functions through which ministack writes and trims a stream."""

    def __init__(self, add: Add) -> None:
        """`add` takes the changes."""
        self._add = add

    def attach(self) -> None:
        """From now on streams are followed."""
        dynamodb._emit_stream_event = self._following_emit(dynamodb._emit_stream_event)
        dynamodb._trim_stream_records = self._following_trim(dynamodb._trim_stream_records)

    def handled(self, stream_arn: str, sequence_number: str) -> None:
        """Drop the records up to this one; nothing if it is gone already."""
        source = dynamodb_streams._stream_source(stream_arn)
        if source is None:
            return
        spec, name = source
        scope = {"account_id": spec.account_id, "region": spec.region}
        records = dynamodb._live_stream_records(name, **scope)
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        if sequence_number not in numbers:
            return
        count = numbers.index(sequence_number) + 1
        del records[:count]
        horizon = dynamodb._trimmed_count(name, **scope) + count
        dynamodb._stream_trimmed.set_scoped(spec.account_id, spec.region, name, horizon)
        table = dynamodb._tables.get_scoped(spec.account_id, spec.region, name)
        self._add(*rows.forget_changes(table["TableId"], horizon))

    def _following_emit(self, emit: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(emit)
        def emit_stream_event(name: str, *arguments: Any, **options: Any) -> None:
            before = _last(name)
            emit(name, *arguments, **options)
            record = _last(name)
            if record is not None and record is not before:
                if expired.get():
                    record["userIdentity"] = TIME_TO_LIVE
                position = dynamodb.stream_end_position(name) - 1
                self._add(rows.add_change(dynamodb._tables.get(name)["TableId"], position, record))

        return emit_stream_event

    def _following_trim(self, trim: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(trim)
        def trim_stream_records(name: str, **scope: Any) -> None:
            before = dynamodb._trimmed_count(name, **scope)
            trim(name, **scope)
            horizon = dynamodb._trimmed_count(name, **scope)
            table = _table(name, **scope)
            if horizon != before and table is not None:
                self._add(*rows.forget_changes(table["TableId"], horizon))

        return trim_stream_records


def _last(name: str) -> Any:
    records = dynamodb._live_stream_records(name)
    return records[-1] if records else None


def _table(name: str, account_id: str | None = None, region: str | None = None) -> Any:
    if account_id is None or region is None:
        return dynamodb._tables.get(name)
    return dynamodb._tables.get_scoped(account_id, region, name)


def load_streams(store: Store) -> None:
    """Put the stored records into the streams of the tables that are there."""
    places = {table["TableId"]: key for key, table in dynamodb._tables.all_items()}
    for table_id, horizon in store.read(rows.HORIZONS):
        if table_id in places:
            dynamodb._stream_trimmed.set_scoped(*places[table_id], horizon)
    for table_id, text in store.read(rows.CHANGES):
        if table_id in places:
            records = dynamodb._stream_records.get_scoped(*places[table_id])
            if records is None:
                records = []
                dynamodb._stream_records.set_scoped(*places[table_id], records)
            records.append(rows.from_text(text))


def save_streams(add: Add) -> None:
    """The changes that write every stream from nothing."""
    for (account, region, name), table in dynamodb._tables.all_items():
        horizon = dynamodb._stream_trimmed.get_scoped(account, region, name, 0)
        add(*rows.forget_changes(table["TableId"], horizon))
        records = dynamodb._stream_records.get_scoped(account, region, name) or []
        for index, record in enumerate(records):
            add(rows.add_change(table["TableId"], horizon + index, record))
