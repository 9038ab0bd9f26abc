"""The ECR function on the embedded engines, once for each module."""

import uuid

import pytest
from moorage_local.stack.stack import Stack

from tests.support.ecr.registry import MIB, Registry


@pytest.fixture(scope="module")
def part_size_bytes() -> int:
    """What the registry advertises; a module with a smaller limit overrides it."""
    return 10 * MIB


@pytest.fixture(scope="module")
def registry(module_stack: Stack, part_size_bytes: int) -> Registry:
    """The function on a table and a bucket of the module's own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MOORAGE_PART_SIZE_BYTES", str(part_size_bytes))
        made = Registry()
    made.ecr.describe_registry()  # the first request of a process also reads the version of the table
    return made


@pytest.fixture
def repository(registry: Registry) -> str:
    """A new repository's name."""
    name = f"contract/{uuid.uuid4().hex}"
    registry.ecr.create_repository(repositoryName=name)
    return name
