"""Lambda entry of the schedule: finish previews, carry out lifecycle policies, unlink unused layers."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from moorage.bootstrap import compose_lifecycle, read_settings
from moorage.usecases.lifecycle.apply_lifecycle import RESERVE_SECONDS, apply_lifecycle

logger = Logger(service="moorage", logger_name="moorage")
metrics = Metrics(service="moorage", namespace="Moorage")
_ports = compose_lifecycle(read_settings())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work until all is done or the time is nearly up; the next invocation continues."""
    ends_at = _ports.now() + context.get_remaining_time_in_millis() / 1000
    report = apply_lifecycle(ends_at - RESERVE_SECONDS, _ports)
    counts = asdict(report.tally)
    for name, number in counts.items():
        metrics.add_metric(f"Lifecycle{name.title().replace('_', '')}", MetricUnit.Count, number)
    logger.info("lifecycle", extra={"is_finished": report.is_finished, **counts})
    return {"isFinished": report.is_finished, **counts}
