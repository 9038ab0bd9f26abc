"""Lambda entry on the table's stream: what follows from each change of a record."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext
from moorage.adapters.dynamodb.stream import change_of
from moorage.bootstrap import compose_reaper, read_settings
from moorage.usecases.reaper.handle_record_change import handle_record_change

logger = Logger(service="moorage", logger_name="moorage")
metrics = Metrics(service="moorage", namespace="Moorage")
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
_ports = compose_reaper(read_settings())


def handle_record(record: Any) -> None:
    """One record; what it raises makes the stream deliver from this record on again."""
    try:
        handle_record_change(change_of(record.raw_event), _ports)
    except Exception:
        logger.exception("a change was not followed", extra={"event_id": record.event_id})
        raise


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Follow a batch; answers the records that failed."""
    answer = process_partial_response(event, handle_record, processor, context)
    metrics.add_metric("ChangesFollowed", MetricUnit.Count, len(processor.success_messages))
    metrics.add_metric("ChangesNotFollowed", MetricUnit.Count, len(processor.fail_messages))
    return answer
