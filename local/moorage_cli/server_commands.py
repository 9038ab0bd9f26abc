"""`moorage stop` and `moorage status`: the server of a state directory, in the background or in a terminal."""

import json
import os
import select
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from moorage_local.engines.process import EngineError
from moorage_local.server.process_record import RunningServer, find_server

from moorage_cli.failures import failing_on

State = Annotated[Path, typer.Option(help="Directory that stores layers and records.")]


def stop(
    state: State = Path(".state"),
    wait_seconds: Annotated[float, typer.Option(help="Maximum time to wait until the server has stopped.")] = 60,
) -> None:
    """Stop the server of a state directory, and wait until it has ended.

    Exit status: 0 if no server runs any more, 1 if it still runs, 2 if --state is not a state directory.
    """
    server = _find(state)
    if server is None:
        typer.echo(f"No server is using {state}.")
    elif _end(server, state, wait_seconds):
        typer.echo(f"Stopped the server of {state} (process {server.pid}).")
    else:
        typer.echo(
            f"moorage: process {server.pid} still runs {wait_seconds:g} s after SIGTERM; "
            f"`kill -9 {server.pid}` ends it, and loses nothing that was acknowledged",
            err=True,
        )
        raise typer.Exit(1)


def status(
    state: State = Path(".state"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Say whether a server is using a state directory, where it listens, and since when.

    Exit status: 0 if a server runs, 1 if none does, 2 if --state is not a state directory.
    """
    server = _find(state)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(server)) + "\n")
    else:
        typer.echo(_sentence(server, state))
    raise typer.Exit(1 if server is None else 0)


def _find(state: Path) -> RunningServer | None:
    with failing_on(EngineError, OSError, status=2):
        return find_server(state)


def _end(server: RunningServer, state: Path, wait_seconds: float) -> bool:
    """Send SIGTERM and wait; whether the process has ended.

    A process number may be given to another process, a descriptor of a process never. So the record is read again after
    the descriptor was opened. If it still has this number, the descriptor is the server's.
    """
    try:
        process = os.pidfd_open(server.pid)
    except OSError as error:
        if find_server(state) is None:
            return True
        typer.echo(f"moorage: the server of {state} cannot be stopped from here: {error}", err=True)
        raise typer.Exit(1) from error
    try:
        found = find_server(state)
        if found is None or found.pid != server.pid:
            return True
        signal.pidfd_send_signal(process, signal.SIGTERM)
        ended, _, _ = select.select([process], [], [], wait_seconds)
        return bool(ended)
    finally:
        os.close(process)


def _since(server: RunningServer) -> datetime | None:
    return None if server.since is None else datetime.fromtimestamp(server.since, UTC).replace(microsecond=0)


def _as_json(server: RunningServer | None) -> dict[str, bool | int | str | None]:
    if server is None:
        return {"running": False, "endpoint": None, "pid": None, "since": None}
    since = _since(server)
    return {
        "running": True,
        "endpoint": server.url,
        "pid": server.pid,
        "since": since.isoformat() if since else None,
    }


def _sentence(server: RunningServer | None, state: Path) -> str:
    if server is None:
        return f"No server is using {state}."
    if server.url is None:
        return f"A server is starting or stopping on {state} (process {server.pid})."
    return (
        f"A server is using {state}: {server.url} (process {server.pid}), since {_since(server):%Y-%m-%d %H:%M:%S} UTC."
    )
