"""What a process makes when it starts, and what when it is first used.

Lambda starts most processes for a request that waits, so they make what every request needs, and the rest when it is
first used. A snapshot (SnapStart) and provisioned concurrency are made before any request comes, with everything in it.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

T = TypeVar("T")


def starts_on_demand(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a request waits for this process.

    Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
    """
    return environment.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand") == "on-demand"


def made_now(make: Callable[[], T]) -> T:
    """What `make` returns."""
    return make()


def made_when_used(make: Callable[[], T]) -> T:
    """What `make` returns, made when it is first used: its methods can be called, its type cannot be asked for."""
    return cast(T, _Deferred(make))


class _Deferred:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()  # two threads may both make it; either will do
        return getattr(self._made, name)
