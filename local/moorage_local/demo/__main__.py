"""`make demo`: start Moorage on this machine, push a real image with plain boto3, fetch it back and compare it."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape
from rich.table import Table

from moorage_local.demo import image as demo_image
from moorage_local.demo import oci as demo_oci
from moorage_local.demo import steps
from moorage_local.demo.console import bar, console, done, mib
from moorage_local.demo.layer import ENOUGH_BYTES, make_layer
from moorage_local.demo.steps import DemoError
from moorage_local.engines.process import EngineError, Process
from moorage_local.stack import environment

READY = "Moorage is listening on "


def main() -> None:
    """Exit with 0 if every step succeeds; otherwise with 1 and a message."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    server_environment = dict(os.environ)
    environment.isolate(os.environ, environment.aws_environment({}))
    try:
        with tempfile.TemporaryDirectory(prefix="moorage-demo-") as directory:
            _demo(Path(directory), server_environment)
    except (DemoError, EngineError, ClientError, BotoCoreError, OSError) as error:
        console.print(f"[red]✗[/] {escape(str(error))}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _demo(directory: Path, server_environment: dict[str, str]) -> None:
    with bar("Packing", ENOUGH_BYTES) as packed:
        layer = make_layer(directory / "layer.tar.gz", packed)
    done(f"made a layer out of {layer.files:,} real files: {mib(layer.size_bytes)} of gzipped tar")
    with _server(directory, server_environment) as url:
        done(f"moorage serve answers at {url}")
        ecr = boto3.client("ecr", endpoint_url=url)
        facts = steps.push(ecr, layer) | steps.fetch(ecr, layer)
        steps.refuse_a_wrong_digest(ecr, directory / "small")
        steps.refuse_the_layer_again(ecr, layer)
        facts |= demo_image.put_list_and_fetch(ecr, layer, directory)
        facts |= demo_oci.pull_push_and_compare(url, steps.REPOSITORY, demo_image.TAG, directory)
    done("stopped the server")
    table = Table(show_header=False)
    for name, value in facts.items():
        table.add_row(name, value)
    console.print(table)


@contextmanager
def _server(directory: Path, variables: dict[str, str]) -> Iterator[str]:
    """Run `moorage serve` as a user would; yields its URL."""
    log = directory / "serve.log"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "moorage_cli",
        "serve",
        "--port",
        "0",
        "--state",
        directory / "state",
    ]
    with Process(
        "moorage serve",
        command,
        environment=variables,
        log=log,
        orphaned_signal=signal.SIGTERM,  # it stops its engines on SIGTERM
        stop_within_seconds=90.0,
    ) as server:
        server.wait_until(lambda: READY in log.read_text())
        yield log.read_text().partition(READY)[2].splitlines()[0]


if __name__ == "__main__":
    main()
