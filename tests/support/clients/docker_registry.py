"""docker-registry (distribution 2.8) with a directory of its own, as the registry that people come from."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.clients.client import TIMEOUT_SECONDS

_CONFIGURATION = """
version: 0.1
storage:
  filesystem:
    rootdirectory: {directory}/data
http:
  addr: 127.0.0.1:{port}
"""


@contextmanager
def docker_registry(directory: Path) -> Iterator[str]:
    """Run it until the end of the block; its base URL."""
    port = _free_port()
    configuration = directory / "registry.yml"
    configuration.write_text(_CONFIGURATION.format(directory=directory, port=port))
    with (directory / "log").open("w") as log:
        process = subprocess.Popen(["docker-registry", "serve", str(configuration)], stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/v2/", process, directory / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
