"""`moorage serve`: engines, functions and the HTTP API in one process, until SIGINT or SIGTERM."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import FrameType

from moorage_gateway import allocator, server
from moorage_gateway.gateway import Gateway
from moorage_gateway.held_bytes import BodyMemory

from moorage_local.access.callers import Callers, key_callers, open_callers
from moorage_local.access.sigv4 import load_access_keys
from moorage_local.engines import installation
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.event_sources import running_event_sources
from moorage_local.lambda_runtime.http_api import HttpApi
from moorage_local.lambda_runtime.oci_api import compose_oci_api
from moorage_local.lambda_runtime.routes import load_functions
from moorage_local.stack import environment
from moorage_local.stack.aws_session import s3_as_in_aws
from moorage_local.stack.running import findable
from moorage_local.stack.stack import running_stack

OPEN = "Everybody who reaches this address may do everything. --require-auth FILE asks for access keys."
CLOSED = "Requests need a signature, a token or a password of the access keys in {file}."


def serve(
    port: int,
    state: Path,
    sweep_seconds: float,
    *,
    host: str = server.LOOPBACK,
    access_keys: Path | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then return normally. Without a file of access keys, it is open to everybody.

    Raises: EngineError, OSError; AccessKeysError for a file that cannot be used.
    """
    callers = key_callers(load_access_keys(access_keys)) if access_keys else open_callers()
    notice = CLOSED.format(file=access_keys) if access_keys else OPEN
    signal.signal(signal.SIGTERM, _interrupt)
    allocator.return_large_blocks()
    with suppress(KeyboardInterrupt):
        _serve(port, state, sweep_seconds, host, callers, notice)


def _serve(port: int, state: Path, sweep_seconds: float, host: str, callers: Callers, notice: str) -> None:
    users = environment.leave_users_environment(os.environ)
    functions = installation.functions_directory()
    with server.listen(port, host) as listener:
        address = server.url_of(listener)
        domain_name = address.removeprefix("http://")
        with running_stack(state, domain_name=domain_name, environ=users) as stack, _function_log(state):
            # Functions read the environment while they are loaded.
            environment.isolate(os.environ, stack.variables)
            lambda_functions.forget_metrics()
            with (
                findable(state, stack.variables),
                s3_as_in_aws(stack),
                running_event_sources(stack, functions, sweep_seconds),
            ):
                http_api = HttpApi(load_functions(functions), healthy=lambda: stack.engines.healthy, callers=callers)
                oci_api = compose_oci_api(stack.variables, callers)
                gateway = Gateway([oci_api, http_api], memory=BodyMemory(directory=_body_files(state)))
                server.serve(gateway, listener, lambda: _announce(address, notice))
                _stay_until_all_is_stopped()
                http_api.close()
                oci_api.close()


def _announce(address: str, notice: str) -> None:
    print(f"Moorage is listening on {address}\n{notice}", file=sys.__stdout__, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Before the server runs, SIGTERM acts like Ctrl-C, so that engines that are starting are stopped."""
    raise KeyboardInterrupt


def _stay_until_all_is_stopped() -> None:
    """Ignore a second Ctrl-C: the engines are saving their data."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _body_files(state: Path) -> Path:
    """The directory for bodies that have no room in memory. Files have no names there."""
    directory = state / "bodies"
    directory.mkdir(exist_ok=True)
    return directory


@contextmanager
def _function_log(state: Path) -> Iterator[None]:
    """Redirect the functions' log, which goes to stdout as Lambda wants it, to a file."""
    file = state / "logs" / "functions.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", buffering=1) as log, redirect_stdout(log):
        yield
