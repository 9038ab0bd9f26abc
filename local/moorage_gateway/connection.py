"""One client's connection: what aiohttp does, without its noise, and closed at once where no HTTP is spoken."""

import json
import logging
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

logger = logging.getLogger(__name__)

_TLS_HANDSHAKE = b"\x16"
"""The first byte of a TLS client's first message (RFC 8446, section 5.1). No HTTP method begins with it."""


class Connection(RequestHandler):
    """aiohttp's connection, with answers of our form to requests that are not HTTP."""

    _begun = False

    def data_received(self, data: bytes) -> None:
        """Bytes from the client; a TLS hello on a plain port ends the connection, so that its sender sees at once."""
        if data and not self._begun:
            self._begun = True
            if data.startswith(_TLS_HANDSHAKE):
                logger.info("A client speaks TLS to a port without it")
                self.force_close()
                return
        super().data_received(data)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """The answer to a request that aiohttp could not read."""
        if isinstance(exc, LineTooLong):
            status, message = 431, "The request line or a header is too long"
        logger.info("An unreadable request: %s", exc or message)
        if request.writer.output_size > 0:
            raise ConnectionError("a part of an answer was sent already")
        first_line = (message or "").strip().partition("\n")[0] or "Bad Request"
        answer = web.Response(status=status, text=json.dumps({"message": first_line}), content_type="application/json")
        answer.headers["server"] = "moorage"
        answer.force_close()
        return answer


class Connections(web.Server):
    """aiohttp's server, which makes a `Connection` for each client."""

    def __call__(self) -> RequestHandler:
        """A new connection."""
        options: dict[str, Any] = self._kwargs
        return Connection(self, loop=self._loop, **options)
