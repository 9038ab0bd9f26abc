"""The entry of a function that a schedule starts."""

import logging
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from moorage import clock
from moorage.entry._observed import Handler, observed

Apply = Callable[[float], tuple[bool, dict[str, int]]]
"""Takes the time at which the invocation ends (epoch seconds); returns whether all is done, and what it counted."""
_log = logging.getLogger("moorage.schedule")


def schedule_handler(apply: Apply, require_schema: Callable[[], None], *, prefix: str) -> Handler:
    """Runs once per invocation. Each count is also a metric, whose name begins with `prefix`."""

    def work(_event: Any, context: LambdaContext, metrics: Metrics) -> dict[str, Any]:
        is_finished, counts = apply(clock.now() + context.get_remaining_time_in_millis() / 1000)
        for name, number in counts.items():
            metrics.add_metric(f"{prefix}{name.title().replace('_', '')}", MetricUnit.Count, number)
        _log.info("%s run", prefix, extra={"is_finished": is_finished, **counts})
        return {"isFinished": is_finished, **counts}

    return observed(work, require_schema)
