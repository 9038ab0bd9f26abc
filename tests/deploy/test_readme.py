"""The README's commands for docker and a deployed stack, run as they are printed."""

import shlex
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.clients.readme import ADDRESS, docker_minute, printed_commands
from tests.support.clients.sdks.aws_cli import PROGRAM
from tests.support.emulator import REGION, ROOT, Stack
from tests.support.gateway_command import gateway_command

pytestmark = pytest.mark.clients
GATEWAY = ".venv/bin/moorage gateway "
ENDPOINT = "https://<id>.execute-api.<region>.amazonaws.com"


@pytest.fixture
def gateway(deployed: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The printed `moorage gateway`, on a free port; its host and port."""
    certificate = str(deployed.cloud.certificate)
    for name, value in {**ROOT, "AWS_DEFAULT_REGION": REGION, "AWS_CA_BUNDLE": certificate}.items():
        monkeypatch.setenv(name, value)
    printed = printed_commands(GATEWAY).replace(ENDPOINT, deployed.outputs["Endpoint"])
    with gateway_command(*shlex.split(printed)[1:], of_emulator=True) as (address, _):
        yield address


def test_dockers_commands_push_to_a_deployed_stack_and_pull(gateway: str, deployed: Stack):
    create = shlex.split(printed_commands("aws ecr create-repository ").replace(ADDRESS, gateway))
    subprocess.run([str(PROGRAM), *create[1:]], check=True, capture_output=True)
    docker_minute(gateway, deployed.ecr())
