"""The entry of a function behind API Gateway."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from moorage.domain.registry import Registry
from moorage.entry._observed import Handler, count_apart, observed, report_hasher
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpRequest, http_request
from moorage.wire.outcome import Answered

REFUSED = "Refused"
"""The metric of callers without the right or without valid credentials, over all operations."""
Answer = Callable[[HttpRequest, Registry, Ports], Answered]


def http_handler(answer: Answer, registry: Registry, ports: Ports, require_schema: Callable[[], None]) -> Handler:
    """Answers one proxy event with a protocol's `answer`; counts the outcome of each operation."""

    def work(event: Any, _context: LambdaContext, metrics: Metrics) -> dict[str, Any]:
        answered = answer(http_request(event), registry, ports)
        metrics.add_dimension("operation", answered.operation)
        metrics.add_metric(answered.error or "Success", MetricUnit.Count, 1)
        if answered.is_refusal:
            count_apart(REFUSED)
        return answered.response.as_proxy_result()

    report_hasher(ports.hasher)
    return observed(work, require_schema, counts_cold_starts=True)
