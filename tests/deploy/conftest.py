"""One emulator and one deployed stack for all deploy tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import lambda_build
from tests.support.emulator import Cloud, Stack, deploy, localhost_names, running_cloud


@pytest.fixture(scope="session")
def build() -> lambda_build.Build:
    return lambda_build.build()


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    # Not tmp_path: pytest keeps the last three of those, and layers have passed through this one.
    with (
        tempfile.TemporaryDirectory(prefix="moorage-cloud-") as state,
        localhost_names(),
        running_cloud(Path(state)) as started,
    ):
        yield started


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, build: lambda_build.Build) -> Stack:
    return deploy(cloud, "moorage", build.template_file)
