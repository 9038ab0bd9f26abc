"""Worlds for unit tests: the use cases on in-memory ports."""

import pytest

from tests.support.fakes.world import REPOSITORY, World


@pytest.fixture
def world() -> World:
    """A registry with one repository, whose parts are as large as S3 wants them."""
    made = World()
    made.create(REPOSITORY)
    return made


@pytest.fixture
def narrow() -> World:
    """A registry with a small body limit: its parts may be below S3's minimum and must be joined."""
    made = World(part_size_bytes=4, min_part_bytes=4)
    made.create(REPOSITORY)
    return made
