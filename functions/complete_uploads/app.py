"""Lambda entry on the completion queue: complete what each message names."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext
from moorage.bootstrap import compose, read_settings, registry_of
from moorage.wire.queue.completion_messages import RESERVE_SECONDS, complete_from_message

logger = Logger(service="moorage", logger_name="moorage")
metrics = Metrics(service="moorage", namespace="Moorage")
_settings = read_settings()
_registry, _ports = registry_of(_settings), compose(_settings)


def complete(record: Any, *, deadline: float) -> None:
    """One message; what it raises makes the queue deliver it again."""
    try:
        outcome = complete_from_message(record.body, deadline, _registry, _ports)
        metrics.add_metric(outcome, MetricUnit.Count, 1)
    except Exception:
        logger.exception("a completion failed", extra={"message_id": record.message_id})
        metrics.add_metric("CompletionsFailed", MetricUnit.Count, 1)
        raise


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Complete a batch; answers the messages that failed."""
    deadline = _ports.now() + context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, partial(complete, deadline=deadline), processor, context)
