"""The OCI function on the embedded engines, once for each module."""

import uuid

import pytest
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage_local.stack.environment import REGISTRY_ID
from moorage_local.stack.stack import Stack

from tests.support.oci.registry import OciRegistry


@pytest.fixture(scope="module")
def oci(module_stack: Stack) -> OciRegistry:
    """The function on a table and a bucket of the module's own."""
    made = OciRegistry()
    made.ask("GET", "/v2/")  # the first request of a process also reads the version of the table
    return made


@pytest.fixture
def repository(oci: OciRegistry) -> str:
    """A new repository's name."""
    return _new_repository(oci)


@pytest.fixture
def second(oci: OciRegistry) -> str:
    """Another repository."""
    return _new_repository(oci)


def _new_repository(oci: OciRegistry) -> str:
    name = f"contract/{uuid.uuid4().hex}"
    create_repository(CreateRepository(repository=RepositoryId(REGISTRY_ID, name)), oci.ports)
    return name
