"""Which functions run by themselves, and on what: the event source mappings of template.yaml, and DynamoDB's TTL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.background import Worker, working
from moorage_local.lambda_runtime.completion_queue import CompletionQueue
from moorage_local.lambda_runtime.schedule import Schedule
from moorage_local.lambda_runtime.table_stream import TableStream
from moorage_local.stack.expiry import PAUSE_SECONDS, ExpirySweep
from moorage_local.stack.stack import Stack

QUEUE_TIMEOUT_SECONDS = 300.0
STREAM_TIMEOUT_SECONDS = 60.0
LIFECYCLE_TIMEOUT_SECONDS = 900.0
LIFECYCLE_PAUSE_SECONDS = 600.0


@contextmanager
def running_event_sources(stack: Stack, functions: Path, sweep_seconds: float = PAUSE_SECONDS) -> Iterator[None]:
    """Feed the functions that this checkout has; nothing where the caller's own DynamoDB replaces ours."""
    workers: list[Worker] = []
    if stack.engines.emulator_url is not None:
        queue, stream = functions / "complete_uploads", functions / "registry_stream"
        if stack.queue_url is not None and lambda_functions.exists(queue):
            complete_uploads = lambda_functions.load(queue, QUEUE_TIMEOUT_SECONDS)
            workers.append(CompletionQueue(stack.queue_url, stack.variables, complete_uploads))
        # The sweep stops before the stream's reader, whose last turn then sees all that was removed.
        workers.append(ExpirySweep(stack.names.table, stack.variables, sweep_seconds))
        if lambda_functions.exists(stream):
            registry_stream = lambda_functions.load(stream, STREAM_TIMEOUT_SECONDS)
            workers.append(TableStream(stack.names.table, stack.variables, registry_stream))
        lifecycle = functions / "apply_lifecycle"
        if lambda_functions.exists(lifecycle):
            apply_lifecycle = lambda_functions.load(lifecycle, LIFECYCLE_TIMEOUT_SECONDS)
            workers.append(Schedule(apply_lifecycle, LIFECYCLE_PAUSE_SECONDS))
    with working(workers):
        yield
