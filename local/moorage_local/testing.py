"""A registry of one's own for tests: `moorage serve` as a process, on a free port."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.config import Config

from moorage_local.engines import loopback
from moorage_local.stack.environment import REGION

READY_LINE = "Moorage is listening on "
STOP_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Registry:
    """A running `moorage serve`; `url` is its endpoint."""

    url: str
    state: Path
    process: subprocess.Popen[str]

    def ecr(self, **config: Any) -> Any:
        """An unmodified boto3 client of it; `config` are options of botocore's Config."""
        return local_ecr_client(self.url, **config)

    def reset(self) -> None:
        """Throw all state away, and set the clock to the real time."""
        loopback.post(f"{self.url}/_moorage/reset", {})

    def advance(self, seconds: float) -> None:
        """Move the registry's clock forward; returns when everything that is then due was done."""
        loopback.post(f"{self.url}/_moorage/clock", {"advanceSeconds": seconds})

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


def local_ecr_client(url: str, **config: Any) -> Any:
    """An unmodified boto3 client of a server that checks no signatures; `config` are options of botocore's Config."""
    return boto3.client(
        "ecr",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="any",
        aws_secret_access_key="thing",  # noqa: S106 - signatures are not checked there
        config=Config(**config),
    )


@contextmanager
def running_registry(
    state: Path, environment: Mapping[str, str] | None = None, *arguments: str, log: IO[str] | None = None
) -> Iterator[Registry]:
    """`moorage serve` with its state in this directory, ready; stopped at the end of the block if it still runs.

    `environment` is added to ours; `log` is a file for what the server logs. Raises: RuntimeError if it does not start;
    it prints the reason on stderr.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "moorage_cli", "serve", "--port", "0", "--state", str(state), *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    try:
        line = process.stdout.readline()
        if not line.startswith(READY_LINE):
            raise RuntimeError(f"moorage serve printed {line!r} and ended with {process.poll()}")
        yield Registry(line.removeprefix(READY_LINE).strip(), state, process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(STOP_SECONDS)
        process.stdout.close()
