"""Each client against one `moorage serve`. `make test-clients` installs the clients that are missing."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.support.clients.access_log import access_log_of
from tests.support.clients.client import Client
from tests.support.clients.containerd import Containerd
from tests.support.clients.docker import Docker
from tests.support.clients.image import OciImage, build_image
from tests.support.clients.podman import Buildah, Podman
from tests.support.clients.sdks.aws_cli import AwsCli
from tests.support.clients.sdks.boto3_sdk import Boto3
from tests.support.clients.sdks.javascript import JavaScript
from tests.support.clients.sdks.sdk import Sdk
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server, serving

MB = 1_000_000
CLIENTS = (Skopeo, Podman, Buildah, Containerd, Docker)
SDKS = (Boto3, AwsCli, JavaScript)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of these tests' own, which logs every request (tests/support/clients/access_log.py)."""
    # Not tmp_path: pytest keeps the last three of those, and gigabytes may have passed through these.
    with (
        TemporaryDirectory(prefix="moorage-clients-") as directory,
        access_log_of(Path(directory)).open("w") as log,
        serving(Path(directory), None, "--log-level", "info", log=log) as running,
    ):
        yield running


@pytest.fixture(scope="module", params=CLIENTS, ids=lambda kind: kind.__name__.lower())
def client(request: Any, server: Server) -> Iterator[Client]:
    """One of the clients, with a home of its own, whose path is short: podman wants that."""
    with TemporaryDirectory(prefix="c-") as home:
        made: Client = request.param(Path(home), server.url.removeprefix("http://"))
        yield made
        made.stop()


@pytest.fixture(scope="module")
def skopeo(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Skopeo:
    """For looks into the registry that not every client can take."""
    return Skopeo(tmp_path_factory.mktemp("skopeo"), server.url.removeprefix("http://"))


@pytest.fixture(scope="module")
def image(client: Client, tmp_path_factory: pytest.TempPathFactory) -> OciImage:
    """Layers of 1 KB and 30 MB, known to the client."""
    made = build_image(tmp_path_factory.mktemp("image") / "layout", [1000, 30 * MB], client.program)
    client.load(made)
    return made


@pytest.fixture(scope="module")
def large_image(tmp_path_factory: pytest.TempPathFactory) -> OciImage:
    """One layer of 300 MB."""
    directory: Path = tmp_path_factory.mktemp("large") / "layout"
    return build_image(directory, [300 * MB], "large")


@pytest.fixture(scope="session")
def sdks(server: Server) -> Iterator[dict[str, Sdk]]:
    """AWS's SDKs by name, each with a home of its own."""
    with ExitStack() as ended:
        made: dict[str, Sdk] = {}
        for kind in SDKS:
            made[kind.name] = kind(Path(ended.enter_context(TemporaryDirectory(prefix="sdk-"))), server.url)
            ended.callback(made[kind.name].stop)
        yield made


@pytest.fixture(params=[kind.name for kind in SDKS])
def sdk(request: Any, sdks: dict[str, Sdk]) -> Sdk:
    """One of the SDKs."""
    return sdks[request.param]


@pytest.fixture
def repository(server: Server) -> str:
    """A new repository of the test's own."""
    name = f"sdk/{uuid.uuid4().hex}"
    server.ecr().create_repository(repositoryName=name)
    return name
