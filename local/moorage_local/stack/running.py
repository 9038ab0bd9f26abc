"""How other commands find the server that uses a state directory: the server writes its environment there."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from moorage_local.stack import environment
from moorage_local.stack.stack import running_stack

_FILE = "environment.json"


@contextmanager
def findable(state: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Keep the stack's environment in a file of the state directory while it runs."""
    file = state / _FILE
    file.write_text(json.dumps(dict(variables), indent=2))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def stack_variables(state: Path) -> Iterator[Mapping[str, str]]:
    """The environment of the running server, or else of engines that run until the end of the block."""
    file = state / _FILE
    if file.exists() and _answers(variables := json.loads(file.read_text())):
        yield variables
        return
    with running_stack(state, environ=environment.leave_users_environment(os.environ)) as stack:
        yield stack.variables


def _answers(variables: Mapping[str, str]) -> bool:
    """Whether the server still runs: a server that was killed leaves its file."""
    try:
        httpx.get(variables[environment.DYNAMODB_ENDPOINT], timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return True
