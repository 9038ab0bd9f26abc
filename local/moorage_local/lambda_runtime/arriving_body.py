"""A body that arrives on the event loop and is read in a thread: read ahead, within bounds, from the first use on."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from moorage.wire.http import BrokenBodyError
from moorage_gateway.body import BodyError, RequestBody

AHEAD_BYTES = 8 * 1024 * 1024
"""What is received while the thread stores what came before."""


class ArrivingBody:
    """Iterate over it once, in another thread. Raises there: BrokenBodyError."""

    def __init__(self, body: RequestBody) -> None:
        self._body = body
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._ahead_bytes = 0
        self._has_ended = False
        self._end: BaseException | None = None
        self._has_room = asyncio.Event()
        self._receiving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop receiving: the thread has its answer, whether it read everything or not."""
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.wait([self._receiving])
        with self._changed:
            self._chunks.clear()
        # Also where everything had been received: without its chunks, the body must not look complete.
        self._finish(asyncio.CancelledError())

    def __iter__(self) -> Iterator[bytes]:
        # Not before: a client that waits for "100 Continue" sends nothing if its request is refused.
        self._loop.call_soon_threadsafe(self._start)
        while (chunk := self._take()) is not None:
            yield chunk

    def _start(self) -> None:
        self._receiving = self._loop.create_task(self._receive())

    def _take(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._chunks or self._has_ended)
            if self._chunks:
                chunk = self._chunks.popleft()
                self._ahead_bytes -= len(chunk)
                self._loop.call_soon_threadsafe(self._has_room.set)
                return chunk
        if isinstance(self._end, BodyError):
            raise BrokenBodyError(str(self._end)) from self._end
        if isinstance(self._end, asyncio.CancelledError):
            raise BrokenBodyError("The body is no longer received")
        if self._end is not None:
            raise self._end
        return None

    async def _receive(self) -> None:
        try:
            while chunk := await self._body.read():
                await self._wait_for_room()
                self._put(chunk)
            self._finish(None)
        except BaseException as error:
            self._finish(error)
            if not isinstance(error, Exception):
                raise

    async def _wait_for_room(self) -> None:
        while self._ahead_bytes >= AHEAD_BYTES:
            self._has_room.clear()
            if self._ahead_bytes >= AHEAD_BYTES:
                await self._has_room.wait()

    def _put(self, chunk: bytes) -> None:
        with self._changed:
            self._chunks.append(chunk)
            self._ahead_bytes += len(chunk)
            self._changed.notify()

    def _finish(self, error: BaseException | None) -> None:
        with self._changed:
            self._has_ended, self._end = True, error
            self._changed.notify()
