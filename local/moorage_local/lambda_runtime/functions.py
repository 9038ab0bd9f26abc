"""The Lambda functions of the checkout, loaded as Lambda does: by file, once per process, and called with a context."""

import importlib.util
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aws_lambda_powertools

from moorage_local.stack.environment import REGION, registry_id

Handler = Callable[[Any, Any], Any]

TIMEOUT_SECONDS = 29.0
"""The longest time for a function behind an HTTP API (API Gateway: 30 s integration timeout)."""
MEMORY_MB = 1024


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The members of Lambda's context object that the functions read, under AWS's names."""

    function_name: str
    timeout_seconds: float = TIMEOUT_SECONDS
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = MEMORY_MB
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """The ARN the function would have in the local account."""
        return f"arn:aws:lambda:{REGION}:{registry_id()}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return max(0, int((self.started + self.timeout_seconds - time.monotonic()) * 1000))


@dataclass(frozen=True, slots=True)
class Function:
    """One loaded function; `module` is its app.py."""

    name: str
    handler: Handler
    timeout_seconds: float = TIMEOUT_SECONDS
    module: Any = None

    def __call__(self, event: Any) -> Any:
        """Invoke it with one event: returns its answer and passes its exception on."""
        return self.handler(event, LambdaContext(self.name, self.timeout_seconds))


def load(directory: Path, timeout_seconds: float = TIMEOUT_SECONDS) -> Function:
    """Load a function's `app.py`. The module reads the environment while it is loaded, as in Lambda's init phase."""
    name = directory.name
    specification = importlib.util.spec_from_file_location(f"moorage_function_{name}", directory / "app.py")
    if specification is None or specification.loader is None:
        raise ImportError(f"{directory / 'app.py'} cannot be loaded")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return Function(name, module.handler, timeout_seconds, module)


class _ForgottenMetrics:
    """Accepts Powertools' metrics and drops them."""

    def __init__(self, **_: Any) -> None: ...

    def add_metric(self, *_: Any, **__: Any) -> None: ...

    def add_dimension(self, *_: Any, **__: Any) -> None: ...

    def add_metadata(self, *_: Any, **__: Any) -> None: ...

    def log_metrics(self, handler: Handler | None = None, **_: Any) -> Any:
        def decorate(decorated: Handler) -> Handler:
            return decorated

        return handler or decorate


def forget_metrics() -> None:
    """Drop all metrics; call this before functions are loaded.

    Powertools collects an invocation's metrics in state that all functions share. In Lambda, a process runs one
    invocation at a time. Here, threads would mix their metrics, and some would fail. Nothing reads them here.

    """
    powertools: Any = aws_lambda_powertools
    powertools.Metrics = _ForgottenMetrics


def exists(directory: Path) -> bool:
    """Whether this checkout has the function."""
    return (directory / "app.py").is_file()
