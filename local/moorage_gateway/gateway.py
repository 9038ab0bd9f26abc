"""From aiohttp's request to a route's answer: targets, 100 Continue, refused bodies, failures."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import web

from moorage_gateway.body import STALL_SECONDS, BodyError, RequestBody
from moorage_gateway.exchange import Answer, IncomingRequest, Route
from moorage_gateway.held_bytes import BodyMemory
from moorage_gateway.messages import message_answer
from moorage_gateway.responses import respond
from moorage_gateway.text import printable

logger = logging.getLogger(__name__)


class Gateway:
    """Hands each request to the first route that matches it."""

    def __init__(
        self, routes: Sequence[Route], *, memory: BodyMemory | None = None, stall_seconds: float = STALL_SECONDS
    ) -> None:
        """`memory` is the room for bodies of all requests together."""
        self._routes = routes
        self._memory = memory or BodyMemory()
        self._stall_seconds = stall_seconds
        self._arriving: set[RequestBody] = set()
        self._stopping = False

    def stop_bodies(self) -> None:
        """Refuse the rest of every body that is still arriving, and of every later one."""
        self._stopping = True
        for body in self._arriving:
            body.stop()

    async def handle(self, raw: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; aiohttp calls it."""
        request = self._incoming(raw)
        self._arriving.add(request.body)
        if self._stopping:
            request.body.stop()
        try:
            answer = await self._answer(request)
            return await respond(raw, answer, keep_alive=request.body.at_end)
        finally:
            self._arriving.discard(request.body)

    async def _answer(self, request: IncomingRequest) -> Answer:
        try:
            for route in self._routes:
                if route.matches(request.method, request.path):
                    return await route.answer(request)
        except BodyError as error:
            return message_answer(error.status, str(error))
        except Exception:
            logger.exception("%s %s failed", request.method, printable(request.path))
            return message_answer(500, "Internal Server Error")
        return message_answer(404, "Not Found")

    def _incoming(self, raw: web.BaseRequest) -> IncomingRequest:
        path, query = _target(raw.raw_path)
        body = RequestBody(
            raw.content,
            self._memory,
            declared_bytes=raw.content_length,
            before_first_read=_Continue(raw) if raw.headers.get("Expect", "").lower() == "100-continue" else None,
            stall_seconds=self._stall_seconds,
        )
        return IncomingRequest(
            method=raw.method,
            path=path,
            query=query,
            headers=[(name.lower(), value) for name, value in raw.headers.items()],
            body=body,
            protocol=f"HTTP/{raw.version.major}.{raw.version.minor}",
            source_ip=raw.remote or "127.0.0.1",
            scheme=raw.scheme,
        )


def _target(target: str) -> tuple[str, str]:
    """Path and query of a request line: `/path?query`, or a whole URL (RFC 9112, section 3.2.2)."""
    if not target.startswith("/") and "://" in target:
        parts = urlsplit(target)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path, _, query = target.partition("?")
    return path, query


class _Continue:
    """Asks a client that waits for it to send its body."""

    def __init__(self, raw: web.BaseRequest) -> None:
        self._raw = raw

    async def __call__(self) -> None:
        if self._raw.version >= (1, 1):
            await self._raw.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._raw.writer.output_size = 0  # aiohttp counts the answer's bytes from here
