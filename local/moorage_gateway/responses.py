"""From a route's answer to aiohttp's response."""

import logging
from collections.abc import AsyncIterable

from aiohttp import web
from multidict import CIMultiDict

from moorage_gateway.exchange import Answer

logger = logging.getLogger(__name__)

_BODILESS = frozenset({204, 304})


async def respond(raw: web.BaseRequest, answer: Answer, *, keep_alive: bool) -> web.StreamResponse:
    """The response; a streamed one was sent when this returns, aiohttp sends the others.

    Without `keep_alive`, the connection is closed: the rest of the request's body is still in it.
    """
    headers = CIMultiDict([*answer.headers, ("server", "moorage")])
    if isinstance(answer.body, bytes):
        body = None if answer.status in _BODILESS else answer.body
        response: web.StreamResponse = web.Response(status=answer.status, headers=headers, body=body)
        if not keep_alive:
            response.force_close()
        return response
    response = web.StreamResponse(status=answer.status, headers=headers)
    if not keep_alive:
        response.force_close()
    await _stream(raw, response, answer.body)
    return response


async def _stream(raw: web.BaseRequest, response: web.StreamResponse, chunks: AsyncIterable[bytes]) -> None:
    """Send the chunks. If they end with an error, the connection is cut, so that nobody takes them for the whole."""
    try:
        if "content-length" not in response.headers and raw.version >= (1, 1):
            response.enable_chunked_encoding()
        await response.prepare(raw)
        if raw.method == "HEAD":
            return
        async for chunk in chunks:
            await response.write(chunk)
    except ConnectionError:
        return  # the client left
    except Exception:
        logger.exception("A response was interrupted")
        if raw.transport is not None:
            raw.transport.abort()
