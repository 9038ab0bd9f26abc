"""docker-registry (distribution 2.8), as the registry that people come from, and as a peer to compare with."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.clients.client import TIMEOUT_SECONDS

Storage = dict[str, dict[str, Any]]
"""A storage driver's name, and its options."""


@contextmanager
def docker_registry(directory: Path, storage: Storage | None = None) -> Iterator[str]:
    """Run it until the end of the block, with its files in `directory` if no other storage is named; its base URL."""
    port = _free_port()
    configuration = directory / "registry.yml"
    chosen = storage or {"filesystem": {"rootdirectory": str(directory / "data")}}
    # JSON is YAML.
    configuration.write_text(json.dumps({"version": 0.1, "storage": chosen, "http": {"addr": f"127.0.0.1:{port}"}}))
    with (directory / "log").open("w") as log:
        # Its S3 driver stops at an AWS_CA_BUNDLE, which a developer's machine may have.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        process = subprocess.Popen(
            ["docker-registry", "serve", str(configuration)], env=environment, stdout=log, stderr=log
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/v2/", process, directory / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        ended = process.poll()
        process.terminate()
        process.wait(TIMEOUT_SECONDS)
        assert ended is None, f"docker-registry ended by itself with {ended}: {(directory / 'log').read_text()[-4000:]}"


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
