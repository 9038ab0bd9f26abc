"""A gateway with any routes on a socket of its own, in a thread, for tests that speak HTTP or something else to it."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moorage_gateway.exchange import Route
from moorage_gateway.gateway import Gateway
from moorage_gateway.server import Serving, listen


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """Where it listens."""

    address: tuple[str, int]
    gateway: Gateway

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://{self.address[0]}:{self.address[1]}"

    def connect(self) -> socket.socket:
        """A bare connection, whose reads fail after 30 s instead of waiting for ever."""
        return socket.create_connection(self.address, timeout=30)

    def exchange(self, request: bytes) -> bytes:
        """Send bytes; everything that comes back until the connection ends."""
        with self.connect() as client:
            client.sendall(request)
            return read_all(client)


def read_all(client: socket.socket) -> bytes:
    """Everything that comes until the connection ends."""
    received = b""
    while chunk := client.recv(65536):
        received += chunk
    return received


@contextmanager
def running_gateway(routes: Sequence[Route], *, serving: Any = None, **options: Any) -> Iterator[RunningGateway]:
    """Run it until the end of the block. `serving` are options of Serving, the others of Gateway."""
    listener = listen(0)
    gateway = Gateway(routes, **options)
    ready, ended = threading.Event(), threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        stopping = asyncio.Event()
        loops.append((asyncio.get_running_loop(), stopping))
        async with Serving(gateway, listener, **(serving or {})):
            ready.set()
            await stopping.wait()

    def main() -> None:
        try:
            asyncio.run(run())
        finally:
            ready.set()
            ended.set()

    thread = threading.Thread(target=main)
    thread.start()
    try:
        assert ready.wait(30)
        assert not ended.is_set(), "the gateway did not start"
        yield RunningGateway(listener.getsockname(), gateway)
    finally:
        for loop, stopping in loops:
            loop.call_soon_threadsafe(stopping.set)
        thread.join()
