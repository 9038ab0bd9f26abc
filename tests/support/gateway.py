"""A gateway with any routes on a socket of its own, in a thread, for tests that speak HTTP or something else to it."""

import asyncio
import hashlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moorage_gateway.exchange import Answer, IncomingRequest, Route
from moorage_gateway.gateway import Gateway
from moorage_gateway.process import listen
from moorage_gateway.server import Serving

MAX_BODY_BYTES = 4_000_000
STALL_SECONDS = 0.6


class Receiver:
    """POST and PUT answer what arrived; `/stream` answers in chunks; `/broken` ends in the middle."""

    def __init__(self) -> None:
        self.received: list[str] = []

    def matches(self, method: str, path: str) -> bool:
        return path != "/nowhere"

    async def answer(self, request: IncomingRequest) -> Answer:
        if request.path == "/refused":
            return Answer(401, [("content-type", "text/plain")], b"first log in")
        if request.path in ("/stream", "/broken"):
            return Answer(200, [("content-type", "text/plain")], _chunks(breaks=request.path == "/broken"))
        with await request.body.hold(MAX_BODY_BYTES) as held:
            body = bytes(held.load())
        self.received.append(request.path)
        seen = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        return Answer(200, [("content-type", "application/json")], json.dumps(seen).encode())


async def _chunks(*, breaks: bool) -> AsyncIterator[bytes]:
    yield b"one "
    if breaks:
        raise ValueError("the source of the bytes has gone")
    yield b"two"


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """Where it listens."""

    address: tuple[str, int]
    gateway: Gateway
    scheme: str = "http"

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"{self.scheme}://{self.address[0]}:{self.address[1]}"

    def connect(self) -> socket.socket:
        """A bare connection, whose reads fail after 30 s instead of waiting forever."""
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
def running_gateway(
    routes: Sequence[Route], *, serving: Any = None, at_end: Any = None, **options: Any
) -> Iterator[RunningGateway]:
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
        if at_end is not None:
            await at_end()

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
        yield RunningGateway(listener.getsockname(), gateway, "https" if (serving or {}).get("tls") else "http")
    finally:
        for loop, stopping in loops:
            loop.call_soon_threadsafe(stopping.set)
        thread.join()
