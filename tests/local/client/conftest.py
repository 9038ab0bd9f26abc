"""A repository and a layer for the tests of the `moorage` command."""

import os
from pathlib import Path

import pytest

from tests.support.engines import Server

MIB = 1024 * 1024


@pytest.fixture
def repository(server: Server) -> str:
    name = f"push/{os.urandom(6).hex()}"
    server.ecr().create_repository(repositoryName=name)
    return name


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    file = tmp_path / "layer.tar"
    file.write_bytes(os.urandom(40 * MIB + 17))
    return file
