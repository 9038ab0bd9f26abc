"""The `moorage` command."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from moorage_local import environment, installation, loopback, server
from moorage_local.child import EngineError
from moorage_local.gateway import Gateway
from moorage_local.routes import load_functions
from moorage_local.stack import running_stack

application = typer.Typer(add_completion=False, no_args_is_help=True, help="Moorage outside AWS.")


@application.callback()
def _moorage() -> None:
    """Keep `serve` a subcommand although it is the only one."""


@application.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 4510,
    state: Annotated[Path, typer.Option(help="Directory that keeps layers and records.")] = Path(".state"),
) -> None:
    """Run the registry on this machine, until Ctrl-C.

    AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_DYNAMODB put services of yours in the place of the embedded ones.
    """
    with server.listen(port) as listener:
        address = loopback.url(listener.getsockname()[1])
        with running_stack(state, domain_name=address.removeprefix("http://")) as stack, _function_log(state):
            environment.isolate(os.environ, stack.variables)
            gateway = Gateway(load_functions(installation.functions_directory()), healthy=lambda: stack.engines.healthy)
            server.serve(gateway, listener, lambda: _announce(address))
            gateway.close()
            _stay_until_all_is_stopped()


def main() -> None:
    """Entry point: stopped by a signal is how a server ends well, so that is code 0."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        application(standalone_mode=False)
    except KeyboardInterrupt:
        sys.exit(0)
    except (EngineError, OSError) as error:
        sys.exit(f"moorage: {error}")
    except typer.Exit as stop:
        sys.exit(stop.exit_code)


def _announce(address: str) -> None:
    print(f"Moorage is listening on {address}", file=sys.__stdout__, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Before the server runs, SIGTERM unwinds like Ctrl-C, so that engines which are just starting are stopped."""
    raise KeyboardInterrupt


def _stay_until_all_is_stopped() -> None:
    """A second Ctrl-C must not cut short the engines' saving of what they hold."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


@contextmanager
def _function_log(state: Path) -> Iterator[None]:
    """The functions log to stdout, as Lambda wants it; here that goes to a file, and stdout stays ours."""
    file = state / "logs" / "functions.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", buffering=1) as log, redirect_stdout(log):
        yield
