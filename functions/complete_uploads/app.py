"""Lambda entry point of the completion queue: completes the upload that a message names."""

from typing import Any

from moorage.bootstrap.api import compose, read_settings, registry_of
from moorage.bootstrap.schema import schema_check
from moorage.entry.batch import queue_handler
from moorage.wire.queue.completion_messages import RESERVE_SECONDS, complete_from_message, queue_call

settings = read_settings()
registry, ports = registry_of(settings), compose(settings)


def complete(record: Any, ends_at: float) -> str:
    """Handle one message. If this raises, the queue delivers the message again."""
    call = queue_call(registry, record.message_id)
    return complete_from_message(record.body, ends_at - RESERVE_SECONDS, call, ports)


handler = queue_handler(complete, ports.hasher, schema_check(settings), failed="CompletionsFailed")
