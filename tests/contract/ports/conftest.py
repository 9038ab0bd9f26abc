"""The ports, in memory, in moto and on the embedded engines: one suite for all three.

A test that names its kinds says why. moto ignores checksums and lets racing transactions through.

The object store's tests also run on LocalStack's S3, in `make test-long`.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import boto3
import pytest
from moorage.bootstrap.api import compose, read_settings
from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports import Ports
from moorage_local.stack.resources import table_definition
from moto import mock_aws

from tests.support.fakes.world import World
from tests.support.records import REGISTRY_ID, repository

KINDS = ("memory", "moto", "engines")
IN_MOTO = {"MOORAGE_TABLE": "ports", "MOORAGE_BUCKET": "ports", "MOORAGE_REGISTRY_ID": REGISTRY_ID}


STACKS = {"engines": "module_stack", "localstack": "localstack_module_stack"}
"""Kind → the fixture of its resources."""


@pytest.fixture(scope="module")
def running_ports(request: pytest.FixtureRequest) -> Callable[[str], AbstractContextManager[Ports]]:
    """The ports of one kind, for a module: what a test keeps in them has a name of its own."""

    @contextmanager
    def running(kind: str) -> Iterator[Ports]:
        if kind == "memory":
            yield World(registry_id=REGISTRY_ID, min_stored_bytes=5 * 1024 * 1024).ports
        elif kind in STACKS:
            request.getfixturevalue(STACKS[kind])
            yield compose(read_settings())
        else:
            with _moto():
                yield compose(read_settings())

    return running


@pytest.fixture(scope="module", params=KINDS)
def ports(
    request: pytest.FixtureRequest, running_ports: Callable[[str], AbstractContextManager[Ports]]
) -> Iterator[Ports]:
    """The ports of each kind."""
    with running_ports(request.param) as made:
        yield made


@contextmanager
def _moto() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in IN_MOTO.items():
            environment.setenv(name, value)
        for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB"):
            environment.delenv(name, raising=False)
        environment.setattr(boto3, "DEFAULT_SESSION", None)
        boto3.client("dynamodb").create_table(**table_definition("ports"))
        boto3.client("s3").create_bucket(Bucket="ports")
        yield


@pytest.fixture
def name() -> str:
    """A repository name that no other test has."""
    return f"ports/{uuid.uuid4().hex}"


@pytest.fixture
def kept(ports: Ports, name: str) -> Repository:
    """A repository that no other test has."""
    made = repository(name)
    ports.repositories.create(made)
    return made
