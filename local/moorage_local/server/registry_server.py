"""The HTTP server of a running stack: the functions, the OCI API and the event sources behind one port."""

import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from moorage_gateway import process
from moorage_gateway import server as gateway_server
from moorage_gateway.exchange import Route
from moorage_gateway.gateway import Gateway
from moorage_gateway.held_bytes import BodyMemory

from moorage_local.access.access_keys import AccessKey
from moorage_local.access.callers import key_callers, open_callers
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.event_sources import event_sources_of
from moorage_local.lambda_runtime.http_api import HttpApi
from moorage_local.lambda_runtime.oci_api import compose_oci_api
from moorage_local.lambda_runtime.routes import load_functions
from moorage_local.server.addresses import Addresses, ReachableAnswers, is_loopback
from moorage_local.server.clock import MovableClock
from moorage_local.server.controls import with_controls
from moorage_local.server.store_route import StoreRoute
from moorage_local.stack import environment
from moorage_local.stack.running import findable
from moorage_local.stack.s3_hooks import s3_as_in_aws
from moorage_local.stack.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryServer:
    """What is served. Without `keys`, everybody who reaches the server may do everything.

    `functions` is the directory of the Lambda functions.
    """

    stack: Stack
    state: Path
    functions: Path
    sweep_seconds: float
    has_test_controls: bool
    keys: Mapping[str, AccessKey] | None


def serve(served: RegistryServer, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests on the listener until SIGINT or SIGTERM; call `ready` when connections are accepted."""
    stack = served.stack
    with _function_log(served.state):
        # Functions read the environment while they are loaded.
        environment.isolate(os.environ, stack.variables)
        lambda_functions.forget_metrics()
        clock = MovableClock()
        clock.install()
        with ExitStack() as running:
            running.enter_context(s3_as_in_aws(stack))
            callers = open_callers() if served.keys is None else key_callers(served.keys)
            http_api = HttpApi(load_functions(served.functions), healthy=lambda: stack.engines.healthy, callers=callers)
            oci_api = compose_oci_api(stack.variables, callers)
            event_sources = event_sources_of(stack, served.functions, served.sweep_seconds, clock.now)
            store = StoreRoute(stack.engines.s3_url)
            stack.wait_for_bucket()
            running.enter_context(findable(served.state, stack.variables))
            running.enter_context(event_sources.running())
            routes = _reachable_routes([oci_api, http_api], store, listener)
            if served.has_test_controls:
                routes = with_controls(routes, stack, event_sources, clock)
            gateway = Gateway(routes, memory=BodyMemory(directory=_body_files(served.state)))
            gateway_server.serve(gateway, listener, ready, at_end=store.close)
            _stay_until_all_is_stopped()
            http_api.close()
            oci_api.close()


def _reachable_routes(routes: Sequence[Route], store: StoreRoute, listener: socket.socket) -> list[Route]:
    """The routes; with the store's in front of them where other machines reach the server."""
    if is_loopback(listener.getsockname()[0]):
        return list(routes)
    addresses = Addresses(process.url_of(listener).removeprefix("http://"), store.store_url)
    return [store, *(ReachableAnswers(route, addresses) for route in routes)]


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
