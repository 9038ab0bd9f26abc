"""The ECR function on the embedded engines, once for each module: each test has a repository of its own."""

import uuid
from collections.abc import Iterator

import pytest
from moorage_local import resources
from moorage_local.aws_session import s3_as_in_aws
from moorage_local.engines import Engines
from moorage_local.resources import Names
from moorage_local.stack import furnish

from tests.contract.ecr.registry import MIB, Registry


@pytest.fixture(scope="module")
def part_size_bytes() -> int:
    """What the registry advertises; a module behind a narrower door overrides it."""
    return 10 * MIB


@pytest.fixture(scope="module")
def registry(engines: Engines, part_size_bytes: int) -> Iterator[Registry]:
    """The function on a table and a bucket of the module's own."""
    suffix = uuid.uuid4().hex[:12]
    names = Names(table=f"table-{suffix}", bucket=f"bucket-{suffix}", queue=f"queue-{suffix}")
    made = furnish(engines, names, domain_name="registry.example", environ={})
    with pytest.MonkeyPatch.context() as environment, s3_as_in_aws(made):
        for name, value in {**made.variables, "MOORAGE_PART_SIZE_BYTES": str(part_size_bytes)}.items():
            environment.setenv(name, value)
        yield Registry()
    resources.remove(names, made.variables)


@pytest.fixture
def repository(registry: Registry) -> str:
    """A new repository's name."""
    name = f"contract/{uuid.uuid4().hex}"
    registry.ecr.create_repository(repositoryName=name)
    return name
