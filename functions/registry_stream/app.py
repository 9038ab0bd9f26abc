"""Lambda entry point of the table's stream: acts on each change of a record."""

from typing import Any

from moorage.bootstrap.api import read_settings, registry_of
from moorage.bootstrap.reaper import compose_reaper
from moorage.bootstrap.schema import schema_check
from moorage.entry.batch import stream_handler
from moorage.wire.stream.record_changes import handle_stream_record, stream_call

settings = read_settings()
registry, ports = registry_of(settings), compose_reaper(settings)


def follow(change: Any, event_id: str) -> str:
    """One change; what it raises makes the stream deliver from this change on again."""
    handle_stream_record(change, stream_call(registry, event_id), ports)
    return "ChangesFollowed"


handler = stream_handler(follow, schema_check(settings), failed="ChangesNotFollowed")
