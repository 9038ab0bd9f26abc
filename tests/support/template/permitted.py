"""Fixtures for a folder whose tests run functions: a function calls AWS only as its role in template.yaml allows.

A conftest.py that imports them applies them to its folder. Functions in other processes are not recorded.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.template.calls import Recorder
from tests.support.template.policies import not_allowed


@pytest.fixture(scope="module", autouse=True)
def aws_calls() -> Iterator[Recorder]:
    """Records from before the module's first function until the module ends."""
    recorder = Recorder()
    with recorder.recording():
        yield recorder


@pytest.fixture(autouse=True)
def only_permitted_calls(aws_calls: Recorder) -> Iterator[None]:
    """Fails the test during which a function called AWS without permission."""
    yield
    require_permitted(aws_calls)


@contextmanager
def permitted_only() -> Iterator[None]:
    """The same for a block in a process of its own."""
    recorder = Recorder()
    with recorder.recording():
        yield
    require_permitted(recorder)


def require_permitted(recorder: Recorder) -> None:
    """Compare what was recorded since the last time with the roles' policies."""
    recorded, recorder.needed = recorder.needed, {}
    lacking = {role: sorted(found) for role, needed in recorded.items() if (found := not_allowed(role, needed))}
    assert not lacking, f"template.yaml does not allow these calls: {lacking}"
