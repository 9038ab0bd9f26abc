"""What became of a request, for the log and for metrics; the same for every door."""

import logging
from dataclasses import dataclass

from moorage.wire.ecr.errors import SERVER_FAULT, ErrorShape
from moorage.wire.http import HttpResponse


@dataclass(frozen=True, slots=True)
class Answered:
    """What happened, for metrics, beside the answer itself; `error` is the exception's name on the wire."""

    operation: str
    error: str | None
    response: HttpResponse


def report(log: logging.Logger, operation: str, error: Exception, shape: ErrorShape) -> None:
    """Log a refusal as loudly as it deserves: our own faults with all there is, the caller's in one line."""
    if shape is SERVER_FAULT:
        log.error("%s failed", operation, exc_info=error)
    elif shape.status >= 500:
        log.warning("%s could not be answered now", operation, exc_info=error)
    else:
        log.info("%s refused: %s: %s", operation, shape.name, error)
