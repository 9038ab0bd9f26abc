"""How other commands find the server that runs on a state directory: it leaves its environment there."""

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
    """Leave the stack's environment in the state directory as long as it runs."""
    file = state / _FILE
    file.write_text(json.dumps(dict(variables), indent=2))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def stack_variables(state: Path) -> Iterator[Mapping[str, str]]:
    """The environment of the stack on a state directory: of the server that runs there, else of engines just for us."""
    file = state / _FILE
    if file.exists() and _answers(variables := json.loads(file.read_text())):
        yield variables
        return
    with running_stack(state, environ=os.environ) as stack:
        yield stack.variables


def _answers(variables: Mapping[str, str]) -> bool:
    """Whether the server is still there: one that was killed leaves the file behind."""
    try:
        httpx.get(variables[environment.DYNAMODB_ENDPOINT], timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return True
