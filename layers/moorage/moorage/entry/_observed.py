"""Log and metrics of an invocation."""

from collections.abc import Callable
from typing import Any

import aws_lambda_powertools as powertools
from aws_lambda_powertools.utilities.typing import LambdaContext

Handler = Callable[[Any, LambdaContext], Any]
Work = Callable[[Any, LambdaContext, powertools.Metrics], Any]


def observed(work: Work, *, counts_cold_starts: bool = False) -> Handler:
    """A Lambda handler: what is logged under "moorage" becomes JSON with the invocation's id, metrics become EMF."""
    logger = powertools.Logger(service="moorage", logger_name="moorage")
    metrics = powertools.Metrics(service="moorage", namespace="Moorage")

    @logger.inject_lambda_context
    @metrics.log_metrics(capture_cold_start_metric=counts_cold_starts)
    def handler(event: Any, context: LambdaContext) -> Any:
        return work(event, context, metrics)

    entry: Handler = handler
    return entry
