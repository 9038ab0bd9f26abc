"""The commands that README.md prints for docker's clients."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.clients.docker import Docker

ROOT = Path(__file__).parents[3]
ADDRESS = "127.0.0.1:4510"
"""Where they expect the registry."""


def printed_commands(first: str) -> str:
    """The one block of README.md that begins so; it names the registry's address or the stack's."""
    (printed,) = re.findall(rf"```sh\n({re.escape(first)}.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return str(printed)


def docker_minute(address: str, ecr: Any) -> None:
    """Run docker's commands against this registry, with a daemon of their own. `ecr` asks the same registry."""
    with TemporaryDirectory(prefix="c-") as home:
        docker = Docker(Path(home), address)
        try:
            _push_and_pull(docker)
        finally:
            docker.stop()
    (image,) = ecr.describe_images(repositoryName="hello", imageIds=[{"imageTag": "latest"}])["imageDetails"]
    assert image["imageSizeInBytes"] > 0


def _push_and_pull(docker: Docker) -> None:
    """What came back is what was pushed."""
    printed = printed_commands("tar ")
    assert printed.count(ADDRESS) == 4
    copied = docker.home / "README.md"
    look = f'docker cp "$(docker create {ADDRESS}/hello any)":/README.md {copied}'
    commands = f"set -eo pipefail\ncd {ROOT}\n{printed}{look}"
    docker.run(["bash", "-c", commands.replace(ADDRESS, docker.registry)])
    assert copied.read_bytes() == (ROOT / "README.md").read_bytes()
