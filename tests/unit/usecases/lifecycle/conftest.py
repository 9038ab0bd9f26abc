"""A registry in memory whose images are set by hand, and the scheduled function's ports on it."""

import pytest

from tests.support.fakes.lifecycle import Lifecycle
from tests.support.fakes.world import World


@pytest.fixture
def lifecycle(world: World) -> Lifecycle:
    return Lifecycle(world)
