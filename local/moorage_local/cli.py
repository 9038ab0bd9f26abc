"""The `moorage` command: options and messages; the work is in a module of each subcommand's name."""

from pathlib import Path
from typing import Annotated

import typer

from moorage_local import serve as serving
from moorage_local.child import EngineError
from moorage_local.expiry import PAUSE_SECONDS

application = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Moorage outside AWS."
)


@application.callback()
def _moorage() -> None:
    """Keep `serve` a subcommand although it is the only one."""


@application.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 4510,
    state: Annotated[Path, typer.Option(help="Directory that keeps layers and records.")] = Path(".state"),
    sweep_seconds: Annotated[float, typer.Option(help="Time between two looks for expired uploads.")] = PAUSE_SECONDS,
) -> None:
    """Run the registry on this machine, until Ctrl-C.

    AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_DYNAMODB put services of yours in the place of the embedded ones.
    """
    try:
        serving.serve(port, state, sweep_seconds)
    except (EngineError, OSError) as error:
        typer.echo(f"moorage: {error}", err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Entry point of the installed command."""
    application()
