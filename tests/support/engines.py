"""What tests need of the local engines: a `moorage serve` to talk to, and a look at the processes it leaves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moorage_local.stack.environment import REGION

READY_LINE = "Moorage is listening on "
WAIT_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Server:
    """A running `moorage serve`."""

    url: str
    state: Path
    process: subprocess.Popen[str]

    def ecr(self, **config: Any) -> Any:
        """An unmodified boto3 client of it."""
        return ecr_client(self.url, **config)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(WAIT_SECONDS)


def ecr_client(url: str, **config: Any) -> Any:
    """boto3's ecr client with nothing changed but the endpoint (and whatever `config` says)."""
    return boto3.client(
        "ecr",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="any",
        aws_secret_access_key="thing",
        config=Config(**config),
    )


@contextmanager
def serving(state: Path, environment: Mapping[str, str] | None = None, *arguments: str) -> Iterator[Server]:
    """`moorage serve --port 0 --state STATE` as a process of its own, ready; stopped at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "moorage_cli", "serve", "--port", "0", "--state", str(state), *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith(READY_LINE), f"moorage serve printed {line!r} and ended with {process.poll()}"
        yield Server(line.removeprefix(READY_LINE).strip(), state, process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(WAIT_SECONDS)
        process.stdout.close()


def processes_naming(text: str) -> list[int]:
    """The processes whose command line or environment names `text`, say a state directory, ourselves left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                seen = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue  # ended while we looked, or a kernel thread
            if text.encode() in seen:
                found.append(int(entry.name))
    return found


def wait_until_none_names(text: str) -> list[int]:
    """Wait for those processes to end; the ones that did not."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (left := processes_naming(text)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left
