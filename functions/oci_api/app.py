"""Lambda entry of the OCI API: log, measure, hand over."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from moorage.bootstrap import compose, read_settings, registry_of
from moorage.wire.http import http_request
from moorage.wire.oci.protocol import answer

logger = Logger(service="moorage", logger_name="moorage")
metrics = Metrics(service="moorage", namespace="Moorage")
_settings = read_settings()
_registry, _ports = registry_of(_settings), compose(_settings)


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer one API Gateway event."""
    answered = answer(http_request(event), _registry, _ports)
    metrics.add_dimension("operation", answered.operation)
    metrics.add_metric(answered.error or "Success", MetricUnit.Count, 1)
    return answered.response.as_proxy_result()
