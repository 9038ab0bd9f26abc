"""Which functions run by themselves, and on what: the event source mappings of template.yaml, and DynamoDB's TTL."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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


class EventSources:
    """The workers, for a server that resets its state or moves its clock."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = workers

    @contextmanager
    def running(self) -> Iterator[None]:
        """Poll the sources and invoke the functions until the end of the block."""
        with working(self._workers):
            yield

    @contextmanager
    def paused(self) -> Iterator[None]:
        """None of them works inside the block; afterwards they follow the table that is there then."""
        with ExitStack() as stack:
            for worker in self._workers:
                stack.enter_context(worker.paused())
            yield
            for worker in self._workers:
                if isinstance(worker, TableStream):
                    worker.find_stream()

    def do_what_is_due(self) -> None:
        """Remove what has expired, apply lifecycle policies, and clear up after both."""
        for kind in (ExpirySweep, TableStream, Schedule, TableStream):
            for worker in self._workers:
                if isinstance(worker, kind):
                    worker.turn_now()


def event_sources_of(
    stack: Stack, functions: Path, sweep_seconds: float = PAUSE_SECONDS, now: Callable[[], float] = time.time
) -> EventSources:
    """The sources of the functions that this checkout has; none where the caller's own DynamoDB replaces ours."""
    workers: list[Worker] = []
    if stack.engines.emulator_url is not None:
        queue, stream = functions / "complete_uploads", functions / "registry_stream"
        if stack.queue_url is not None and lambda_functions.exists(queue):
            complete_uploads = lambda_functions.load(queue, QUEUE_TIMEOUT_SECONDS)
            workers.append(CompletionQueue(stack.queue_url, stack.variables, complete_uploads))
        # The sweep stops before the stream's reader, whose last turn then sees all that was removed.
        workers.append(ExpirySweep(stack.names.table, stack.variables, sweep_seconds, now))
        if lambda_functions.exists(stream):
            registry_stream = lambda_functions.load(stream, STREAM_TIMEOUT_SECONDS)
            workers.append(TableStream(stack.names.table, stack.variables, registry_stream))
        lifecycle = functions / "apply_lifecycle"
        if lambda_functions.exists(lifecycle):
            apply_lifecycle = lambda_functions.load(lifecycle, LIFECYCLE_TIMEOUT_SECONDS)
            workers.append(Schedule(apply_lifecycle, LIFECYCLE_PAUSE_SECONDS))
    return EventSources(workers)
