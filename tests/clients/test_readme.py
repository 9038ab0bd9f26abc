"""The README's first pushes and pulls with docker and with buildah, run as they are printed."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.clients.readme import ADDRESS, ROOT, docker_minute, printed_commands
from tests.support.engines import Server

pytestmark = pytest.mark.clients
POLICY = '{"default":[{"type":"insecureAcceptAnything"}]}'


def test_dockers_commands_push_and_pull(server: Server):
    docker_minute(server.url.removeprefix("http://"), server.ecr())


def test_buildahs_commands_push_list_and_pull(server: Server):
    printed = printed_commands("printf ")
    with TemporaryDirectory(prefix="c-") as home:
        policy = Path(home, ".config", "containers", "policy.json")
        policy.parent.mkdir(parents=True)
        policy.write_text(POLICY)
        storage = Path(home, "storage.conf")
        storage.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{home}/root"\nrunroot = "{home}/run"\n')
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "CONTAINERS_STORAGE_CONF": str(storage),
            "BUILDAH_ISOLATION": "chroot",  # needs no container runtime, and the build runs nothing
        }
        commands = "set -eo pipefail\n" + printed.replace(ADDRESS, server.url.removeprefix("http://"))
        done = subprocess.run(["bash", "-c", commands], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"latest"' in done.stdout
