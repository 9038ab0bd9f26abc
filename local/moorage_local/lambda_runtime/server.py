"""Serve an ASGI application on 127.0.0.1 until a signal says stop."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from moorage_local.engines.loopback import HOST

GRACE_SECONDS = 10
"""The time that running requests get to finish after a stop signal."""


def listen(port: int) -> socket.socket:
    """Bind the port (0: any free one). Call it before starting anything else, so that a port in use fails at once."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise OSError(f"port {port} of {HOST}: {error.strerror}; --port N (make serve PORT=N) takes another") from error
    return listener


def serve(application: Callable[..., Any], listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; call `ready` when the server accepts connections."""
    asyncio.run(_serve(application, listener, ready))


async def _serve(application: Callable[..., Any], listener: socket.socket, ready: Callable[[], None]) -> None:
    configuration = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(configuration)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        ready()
    await serving


class _Server(uvicorn.Server):
    """uvicorn raises the signal again after it has stopped, which would end this process before its engines stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the event loop's handlers."""
        yield
