"""The ports, in memory, in moto and on the embedded engines: one suite for all three.

A test that names its kinds says why. moto ignores checksums and lets racing transactions through.
"""

import uuid
from collections.abc import Iterator

import boto3
import pytest
from moorage.bootstrap.api import compose, read_settings
from moorage.usecases.ports import Ports
from moorage_local.stack.resources import table_definition
from moto import mock_aws

from tests.support.fakes.world import World
from tests.support.records import REGISTRY_ID

KINDS = ("memory", "moto", "engines")
IN_MOTO = {"MOORAGE_TABLE": "ports", "MOORAGE_BUCKET": "ports", "MOORAGE_REGISTRY_ID": REGISTRY_ID}


@pytest.fixture(scope="module", params=KINDS)
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    """The ports of one kind, for a module: what a test keeps in them has a name of its own."""
    if request.param == "memory":
        yield World(registry_id=REGISTRY_ID, min_stored_bytes=5 * 1024 * 1024).ports
    elif request.param == "engines":
        request.getfixturevalue("module_stack")
        yield compose(read_settings())
    else:
        with pytest.MonkeyPatch.context() as environment, mock_aws():
            for name, value in IN_MOTO.items():
                environment.setenv(name, value)
            for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB"):
                environment.delenv(name, raising=False)
            environment.setattr(boto3, "DEFAULT_SESSION", None)
            boto3.client("dynamodb").create_table(**table_definition("ports"))
            boto3.client("s3").create_bucket(Bucket="ports")
            yield compose(read_settings())


@pytest.fixture
def name() -> str:
    """A repository name that no other test has."""
    return f"ports/{uuid.uuid4().hex}"
