"""One emulator and one deployed stack for all deploy tests."""

from collections.abc import Iterator

import pytest

from tests import lambda_build
from tests.deploy.emulator import Cloud, Stack, deploy, localhost_names, running_cloud


@pytest.fixture(scope="session")
def build() -> lambda_build.Build:
    return lambda_build.build()


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with localhost_names(), running_cloud(tmp_path_factory.mktemp("cloud")) as started:
        yield started


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, build: lambda_build.Build) -> Stack:
    return deploy(cloud, "moorage", build.template_file)
