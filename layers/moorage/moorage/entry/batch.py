"""The entry of a function on a queue or on a table's stream."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from moorage import clock
from moorage.entry._observed import Handler, observed

HandleRecord = Callable[[Any, float], str]
"""Takes a record and the time at which the invocation ends (epoch seconds); returns the name of the metric to count."""


def queue_handler(handle: HandleRecord, *, failed: str) -> Handler:
    """Handles each message by itself; SQS delivers those that raised again, and the metric `failed` counts them."""
    return _batch_handler(EventType.SQS, handle, failed)


def stream_handler(handle: HandleRecord, *, failed: str) -> Handler:
    """Handles each record by itself; Lambda delivers again from the first one that raised."""
    return _batch_handler(EventType.DynamoDBStreams, handle, failed)


def _batch_handler(event_type: EventType, handle: HandleRecord, failed: str) -> Handler:
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

    return observed(work)
