"""Listen on a port and serve a gateway until a signal says stop."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from ssl import SSLContext

from aiohttp import web

from moorage_gateway.access_log import AccessLog, access_logger
from moorage_gateway.connection import Connections
from moorage_gateway.gateway import Gateway

GRACE_SECONDS = 10.0
"""The time that running requests get to finish after a stop signal."""
IDLE_SECONDS = 75.0
"""How long a connection may wait for its next request, or take for a request's headers."""
MAX_HEADER_BYTES = 16 * 1024
"""The longest header line, and the longest request line. Tokens and presigned URLs stay far below."""


async def _nothing() -> None: ...


def serve(
    gateway: Gateway,
    listener: socket.socket,
    ready: Callable[[], None],
    *,
    tls: SSLContext | None = None,
    at_end: Callable[[], Awaitable[None]] = _nothing,
) -> None:
    """Answer requests until SIGINT or SIGTERM; call `ready` when the server accepts connections."""
    asyncio.run(_serve(gateway, listener, ready, tls, at_end))


async def _serve(
    gateway: Gateway,
    listener: socket.socket,
    ready: Callable[[], None],
    tls: SSLContext | None,
    at_end: Callable[[], Awaitable[None]],
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with Serving(gateway, listener, tls=tls):
        ready()
        await stopping.wait()
    await at_end()


class Serving:
    """A gateway that answers on a socket inside an `async with` block. At its end, running requests may finish."""

    def __init__(
        self,
        gateway: Gateway,
        listener: socket.socket,
        *,
        tls: SSLContext | None = None,
        idle_seconds: float = IDLE_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._gateway = gateway
        self._listener = listener
        self._tls = tls
        self._idle_seconds = idle_seconds
        self._grace_seconds = grace_seconds

    async def __aenter__(self) -> None:
        connections = Connections(
            self._gateway.handle,
            keepalive_timeout=self._idle_seconds,
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            auto_decompress=False,
            logger=logging.getLogger(__name__),
            access_log=access_logger,
            access_log_class=AccessLog,
        )
        self._runner = web.ServerRunner(connections, shutdown_timeout=self._grace_seconds)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listener, ssl_context=self._tls, backlog=512).start()

    async def __aexit__(self, *_: object) -> None:
        self._gateway.stop_bodies()
        await self._runner.cleanup()
