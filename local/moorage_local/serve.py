"""`moorage serve`: engines, functions and the HTTP API in one process, until SIGINT or SIGTERM."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from moorage_gateway import allocator, server
from moorage_gateway.exchange import Route
from moorage_gateway.gateway import Gateway
from moorage_gateway.held_bytes import BodyMemory

from moorage_local.access.callers import key_callers, open_callers
from moorage_local.access.sigv4 import AccessKey, load_access_keys
from moorage_local.engines import installation
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.event_sources import running_event_sources
from moorage_local.lambda_runtime.http_api import HttpApi
from moorage_local.lambda_runtime.oci_api import compose_oci_api
from moorage_local.lambda_runtime.routes import load_functions
from moorage_local.server import process_record
from moorage_local.server.addresses import Addresses, ReachableAnswers, is_loopback
from moorage_local.server.background import Announce
from moorage_local.server.clock import MovableClock
from moorage_local.server.controls import with_controls
from moorage_local.server.store_route import StoreRoute
from moorage_local.stack import environment, registry_id
from moorage_local.stack.running import findable
from moorage_local.stack.s3_hooks import s3_as_in_aws
from moorage_local.stack.stack import running_stack

OPEN = "Everybody who reaches this address may do everything. --require-auth FILE asks for access keys."
CLOSED = "Requests need a signature, a token or a password of the access keys in {file}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What the command line says. Without a file of access keys, the server is open to everybody.

    Raises: RegistryIdError for an id that is not 12 digits.
    """

    port: int
    state: Path
    sweep_seconds: float
    host: str = server.LOOPBACK
    access_keys: Path | None = None
    registry_id: str | None = None
    test_controls: bool | None = None
    """Whether anybody who reaches the server may reset it and move its clock; None: if only this machine reaches it."""

    def __post_init__(self) -> None:
        if self.registry_id is not None:
            registry_id.check(self.registry_id)

    @property
    def has_test_controls(self) -> bool:
        """What `test_controls` comes to. With access keys, there are none: they ask for no key."""
        if self.access_keys is not None:
            return False
        return self.host == server.LOOPBACK if self.test_controls is None else self.test_controls

    @property
    def notice(self) -> str:
        """The sentence about who may use the server."""
        return OPEN if self.access_keys is None else CLOSED.format(file=self.access_keys)


def print_announcement(text: str) -> None:
    """Print what the server says when it is ready; stdout itself goes to the functions' log then."""
    print(text, file=sys.__stdout__, flush=True)


def serve(options: ServeOptions, announce: Announce = print_announcement) -> None:
    """Serve until SIGINT or SIGTERM, then return normally. `announce` is called when the server is ready.

    Raises: EngineError, OSError; AccessKeysError for a file that cannot be used.
    """
    keys = load_access_keys(options.access_keys) if options.access_keys else None
    signal.signal(signal.SIGTERM, _interrupt)
    allocator.return_large_blocks()
    with suppress(KeyboardInterrupt), process_record.only_server_of(options.state) as record:

        def ready(address: str) -> None:
            record.ready(address)
            announce(f"Moorage is listening on {address}\n{options.notice}")

        _serve(options, keys, ready)


def _serve(options: ServeOptions, keys: Mapping[str, AccessKey] | None, ready: Callable[[str], None]) -> None:
    users = environment.leave_users_environment(os.environ)
    if options.registry_id is not None:
        users[environment.REGISTRY_ID_VARIABLE] = options.registry_id
    functions, state = installation.functions_directory(), options.state
    with server.listen(options.port, options.host) as listener:
        address = server.url_of(listener)
        domain_name = address.removeprefix("http://")
        with running_stack(state, domain_name=domain_name, environ=users) as stack, _function_log(state):
            # Functions read the environment while they are loaded.
            environment.isolate(os.environ, stack.variables)
            lambda_functions.forget_metrics()
            clock = MovableClock()
            clock.install()
            with (
                findable(state, stack.variables),
                s3_as_in_aws(stack),
                running_event_sources(stack, functions, options.sweep_seconds, clock.now) as event_sources,
            ):
                callers = open_callers() if keys is None else key_callers(keys)
                http_api = HttpApi(load_functions(functions), healthy=lambda: stack.engines.healthy, callers=callers)
                oci_api = compose_oci_api(stack.variables, callers)
                store = StoreRoute(stack.engines.s3_url)
                routes = _reachable_routes([oci_api, http_api], store, listener, domain_name)
                if options.has_test_controls:
                    routes = with_controls(routes, stack, event_sources, clock)
                gateway = Gateway(routes, memory=BodyMemory(directory=_body_files(state)))
                server.serve(gateway, listener, lambda: ready(address), at_end=store.close)
                _stay_until_all_is_stopped()
                http_api.close()
                oci_api.close()


def _reachable_routes(
    routes: Sequence[Route], store: StoreRoute, listener: socket.socket, domain_name: str
) -> list[Route]:
    """The routes; with the store's in front of them where other machines reach the server."""
    if is_loopback(listener.getsockname()[0]):
        return list(routes)
    addresses = Addresses(domain_name, store.store_url)
    return [store, *(ReachableAnswers(route, addresses) for route in routes)]


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
