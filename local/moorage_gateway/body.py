"""A request's body as a stream: read with back-pressure, never longer or shorter than the client declared."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import StreamReader
from aiohttp.web_protocol import RequestPayloadError

from moorage_gateway.held_bytes import BodyMemory, HeldBytes

STALL_SECONDS = 30.0
"""How long a client may send nothing in the middle of a body."""


class BodyError(Exception):
    """The body cannot be read to its end; the subclasses say why, and what the client is answered."""

    status = 400


class BodyStalledError(BodyError):
    """The client has sent nothing for `STALL_SECONDS`."""

    status = 408


class BodyTooLargeError(BodyError):
    """The body is longer than its route takes."""

    status = 413


class ClientGoneError(BodyError):
    """The client left before the end of its body. Nobody reads an answer."""

    status = 499


class ServerStoppingError(BodyError):
    """The server stops, and the rest of the body will not be read."""

    status = 503


class RequestBody:
    """The body of one request. Nothing is read from the socket beyond 512 KiB until somebody asks for it."""

    def __init__(
        self,
        content: StreamReader,
        memory: BodyMemory,
        *,
        declared_bytes: int | None = None,
        before_first_read: Callable[[], Awaitable[None]] | None = None,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        """`declared_bytes` is the Content-Length; `before_first_read` sends 100 Continue to a client that waits."""
        self.declared_bytes = declared_bytes
        self.received_bytes = 0
        self._content = content
        self._left_over = b""
        self._memory = memory
        self._before_first_read = before_first_read
        self._stall_seconds = stall_seconds

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return not self._left_over and self._content.at_eof()

    async def read(self) -> bytes:
        """The next bytes, up to 512 KiB; none at the end.

        Raises: BodyStalledError, ClientGoneError, ServerStoppingError; BodyError for a broken encoding.
        """
        if self._left_over:
            chunk, self._left_over = self._left_over, b""
            return chunk
        if self._before_first_read is not None:
            ask, self._before_first_read = self._before_first_read, None
            await ask()
        chunk = await self._receive()
        self.received_bytes += len(chunk)
        return chunk

    async def _receive(self) -> bytes:
        try:
            async with asyncio.timeout(self._stall_seconds):
                return await self._content.readany()
        except TimeoutError as error:
            raise BodyStalledError(f"No byte of the body came for {self._stall_seconds:g} s") from error
        except RequestPayloadError as error:
            raise BodyError(f"The body's encoding is broken: {error}") from error
        except ConnectionError as error:
            raise ClientGoneError("The client left before the end of its body") from error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.read():
            yield chunk

    async def hold(self, max_bytes: int) -> HeldBytes:
        """The whole body, in memory or in a temporary file. Close it after use; no thread is held meanwhile.

        Raises: BodyTooLargeError, unread if the client declared too much; and what `read` raises.
        """
        if self.declared_bytes is not None and self.declared_bytes > max_bytes:
            raise BodyTooLargeError(f"The body has {self.declared_bytes} bytes; {max_bytes} are allowed")
        held = await self.hold_next(max_bytes)
        try:
            if held.size_bytes == max_bytes and await self.read():
                raise BodyTooLargeError(f"The body has more than {max_bytes} bytes")
        except BodyError:
            held.close()
            raise
        return held

    async def hold_next(self, max_bytes: int) -> HeldBytes:
        """The next `max_bytes` of the body, or what is left of it, like `hold`. Nothing is left if it has no bytes.

        For bodies of any size: hold one piece, hand it to a worker thread, hold the next.
        """
        held = HeldBytes(self._memory)
        try:
            while held.size_bytes < max_bytes and (chunk := await self.read()):
                room = max_bytes - held.size_bytes
                self._left_over = chunk[room:]
                await held.append(chunk[:room])
        except BaseException:
            held.close()
            raise
        return held

    def stop(self) -> None:
        """Let whoever waits for the rest of the body get a ServerStoppingError."""
        if not self._content.is_eof():
            self._content.set_exception(ServerStoppingError("The server is stopping"))
