"""Log and metrics of an invocation."""

import logging
from collections.abc import Callable
from typing import Any

import aws_lambda_powertools as powertools
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from moorage.usecases.ports.content import Hasher

_log = logging.getLogger("moorage")
Handler = Callable[[Any, LambdaContext], Any]
Work = Callable[[Any, LambdaContext, powertools.Metrics], Any]
SERVICE, NAMESPACE = "moorage", "Moorage"


def count_apart(name: str) -> None:
    """Count a metric without the dimensions of an operation, so that an alarm can watch the total."""
    with single_metric(name, MetricUnit.Count, 1, namespace=NAMESPACE, default_dimensions={"service": SERVICE}):
        pass  # it is written when the block ends


def observed(work: Work, require_schema: Callable[[], None], *, counts_cold_starts: bool = False) -> Handler:
    """A Lambda handler that writes the logger "moorage" as JSON with the invocation's id, and metrics as EMF.

    `require_schema` raises before any work if the table's records are newer than this code (usecases/require_schema).
    """
    logger = powertools.Logger(service=SERVICE, logger_name="moorage")
    metrics = powertools.Metrics(service=SERVICE, namespace=NAMESPACE)

    @logger.inject_lambda_context
    @metrics.log_metrics(capture_cold_start_metric=counts_cold_starts)
    def handler(event: Any, context: LambdaContext) -> Any:
        return work(event, context, metrics)

    def entry(event: Any, context: LambdaContext) -> Any:
        require_schema()
        return handler(event, context)

    return entry


def report_hasher(hasher: Hasher) -> None:
    """Log once, when a process starts, that sha256 states cannot be carried from part to part.

    Layers are still correct, but each completion reads its whole layer again, which is slower and more expensive.
    """
    if hasher.carries():
        return
    powertools.Logger(service=SERVICE, logger_name="moorage")
    _log.warning("libcrypto exports no sha256 states: every completion reads its layer again")
    count_apart("HashStatesUnavailable")
