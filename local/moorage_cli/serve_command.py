"""`moorage serve`: the options, and the messages of a server that cannot start."""

from pathlib import Path
from typing import Annotated

import typer
from moorage_gateway.process import LOOPBACK, log_to_stderr
from moorage_local import serve as serving
from moorage_local.access.access_keys import AccessKeysError
from moorage_local.engines.process import EngineError
from moorage_local.server.background import Announce, start_in_background
from moorage_local.stack.expiry import PAUSE_SECONDS

from moorage_cli.failures import failing_on
from moorage_cli.server_options import Host, LogLevel, LogLevelOption, Port


def serve(
    port: Port = 4510,
    host: Host = LOOPBACK,
    log_level: LogLevelOption = LogLevel.WARNING,
    state: Annotated[Path, typer.Option(help="Directory that stores layers and records.")] = Path(".state"),
    registry_id: Annotated[
        str | None, typer.Option(envvar="MOORAGE_REGISTRY_ID", help="The registry's AWS account id (12 digits).")
    ] = None,
    test_controls: Annotated[
        bool | None,
        typer.Option(
            help="Allow tests to reset the state and move the clock (/_moorage/…). Default: allowed if --host is "
            "127.0.0.1. With --require-auth it is never allowed."
        ),
    ] = None,
    sweep_seconds: Annotated[
        float, typer.Option(help="Seconds between two searches for expired records.")
    ] = PAUSE_SECONDS,
    require_auth: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="JSON file of access keys. Requests without a valid key are refused."
        ),
    ] = None,
    background: Annotated[
        bool,
        typer.Option(
            "--background",
            help="Return when the server is ready; it runs until `moorage stop`. Its log is logs/server.log in the "
            "state directory.",
        ),
    ] = False,
) -> None:
    """Run a registry on this machine until Ctrl-C, or until `moorage stop`.

    Every client that can connect has full access, unless --require-auth names a file of access keys.
    AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_DYNAMODB replace the embedded S3 and DynamoDB.
    """
    with failing_on(EngineError):  # before anything is written: a refused id leaves no state directory
        options = serving.ServeOptions(
            port=port,
            state=state,
            sweep_seconds=sweep_seconds,
            host=host,
            access_keys=require_auth,
            registry_id=registry_id,
            test_controls=test_controls,
        )
    if background:
        _start(options, log_level)
    elif code := _run(options, log_level, serving.print_announcement):
        raise typer.Exit(code)


def _run(options: serving.ServeOptions, log_level: LogLevel, announce: Announce) -> int:
    """Serve until a signal; the exit code."""
    try:
        log_to_stderr(log_level)
        serving.serve(options, announce)
    except (EngineError, AccessKeysError, OSError) as error:
        typer.echo(f"moorage: {error}", err=True)
        return 1
    return 0


def _start(options: serving.ServeOptions, log_level: LogLevel) -> None:
    log = options.state / "logs" / "server.log"
    # An EngineError has the text that the server itself has written.
    with failing_on(OSError), failing_on(EngineError, prefix=""):
        typer.echo(start_in_background(lambda announce: _run(options, log_level, announce), log))
