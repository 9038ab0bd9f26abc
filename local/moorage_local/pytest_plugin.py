"""The pytest plugin: the fixture `moorage_registry`, a running registry for the whole session.

    def test_my_tool(moorage_registry):
        ecr = moorage_registry.ecr()                       # a boto3 client
        ecr.create_repository(repositoryName="app")
        my_tool.push(endpoint=moorage_registry.url)        # or AWS_ENDPOINT_URL_ECR for code under test
        moorage_registry.advance(seconds=86_400)           # lifecycle policies, uploads and tokens expire

Its state is thrown away at the end. `empty_moorage_registry` is the same registry, emptied before the test.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from moorage_local.testing import Registry


@pytest.fixture(scope="session")
def moorage_registry(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Registry]":
    """A running registry with an empty state; each worker of pytest-xdist has its own."""
    from moorage_local.testing import running_registry  # loaded by those who use it: plugins are loaded always

    with running_registry(tmp_path_factory.mktemp("moorage")) as registry:
        yield registry


@pytest.fixture
def empty_moorage_registry(moorage_registry: "Registry") -> "Registry":
    """The registry of the session, with an empty state and the real time."""
    moorage_registry.reset()
    return moorage_registry
