"""Lambda entry on the table's stream: what follows from each change of a record."""

from typing import Any

from moorage.adapters.dynamodb.stream import change_of
from moorage.bootstrap.api import read_settings, registry_of
from moorage.bootstrap.reaper import compose_reaper
from moorage.entry.batch import stream_handler
from moorage.wire.stream.record_changes import handle_stream_record, stream_call

settings = read_settings()
registry, ports = registry_of(settings), compose_reaper(settings)


def follow(record: Any, _ends_at: float) -> str:
    """One record; what it raises makes the stream deliver from this record on again."""
    handle_stream_record(change_of(record.raw_event), stream_call(registry, record.event_id or ""), ports)
    return "ChangesFollowed"


handler = stream_handler(follow, failed="ChangesNotFollowed")
