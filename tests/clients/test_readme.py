"""The README's minute with a docker-family client, run as it is printed."""

import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.engines import Server

pytestmark = pytest.mark.clients
ROOT = Path(__file__).parents[2]
POLICY = '{"default":[{"type":"insecureAcceptAnything"}]}'


def test_the_readmes_commands_push_list_and_pull(server: Server):
    (printed,) = re.findall(r"```sh\n(printf .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert "127.0.0.1:4510" in printed
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
        commands = "set -eo pipefail\n" + printed.replace("127.0.0.1:4510", server.url.removeprefix("http://"))
        done = subprocess.run(["bash", "-c", commands], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"latest"' in done.stdout
