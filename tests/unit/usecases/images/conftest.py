"""A registry for each test."""

import pytest

from tests.support.fakes.harbour import Harbour


@pytest.fixture
def harbour() -> Harbour:
    """A new one."""
    return Harbour()
