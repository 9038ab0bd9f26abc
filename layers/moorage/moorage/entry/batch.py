"""The entry of a function on a queue or on a table's stream."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from moorage import clock
from moorage.adapters.dynamodb.stream import change_of
from moorage.entry._observed import Handler, observed, report_hasher
from moorage.usecases.ports.content import Hasher
from moorage.usecases.reaper.handle_record_change import Change

HandleRecord = Callable[[Any, float], str]
"""Takes a record and the time at which the invocation ends (epoch seconds); returns the name of the metric to count."""
HandleChange = Callable[[Change, str], str]
"""Takes a change and its event's id; returns the name of the metric to count."""


def queue_handler(handle: HandleRecord, hasher: Hasher, require_schema: Callable[[], None], *, failed: str) -> Handler:
    """Handles each message separately. SQS delivers failed messages again, and the metric `failed` counts them."""
    report_hasher(hasher)
    return _batch_handler(EventType.SQS, handle, require_schema, failed)


def stream_handler(handle: HandleChange, require_schema: Callable[[], None], *, failed: str) -> Handler:
    """Handles each change by itself; Lambda delivers again from the first one that raised."""

    def handle_record(record: Any, _ends_at: float) -> str:
        return handle(change_of(record.raw_event), record.event_id or "")

    return _batch_handler(EventType.DynamoDBStreams, handle_record, require_schema, failed)


def _batch_handler(
    event_type: EventType, handle: HandleRecord, require_schema: Callable[[], None], failed: str
) -> Handler:
    def work(event: Any, context: LambdaContext, metrics: Metrics) -> Any:
        ends_at = clock.now() + context.get_remaining_time_in_millis() / 1000
        counts: Counter[str] = Counter()
        processor = BatchProcessor(event_type=event_type, raise_on_entire_batch_failure=False)
        answer = process_partial_response(
            event, lambda record: counts.update([handle(record, ends_at)]), processor, context
        )
        counts[failed] = len(processor.fail_messages)
        for name, number in counts.items():
            metrics.add_metric(name, MetricUnit.Count, number)
        return answer

    return observed(work, require_schema)
