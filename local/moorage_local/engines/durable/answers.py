"""The emulator's ASGI application behind a barrier: an answer waits until what it says is on disk.

Two additions to what ministack understands:
- `POST /_moorage/handled` with `{"streamArn", "sequenceNumber"}`: the stream's records up to this one are handled.
- The header `x-moorage-expired`: the items which this request removes are removed by time to live.
"""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from moorage_local.engines.durable.store import StoreError

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

HANDLED_PATH = "/_moorage/handled"
RESET_PATH = "/_ministack/reset"
EXPIRED_HEADER = "x-moorage-expired"

expired: ContextVar[bool] = ContextVar("expired", default=False)
"""Whether the request that runs now removes by time to live."""

JSON_HEADERS = [(b"content-type", b"application/x-amz-json-1.0")]


def behind_barrier(
    application: Application,
    settled: Callable[[], Awaitable[None]],
    handled: Callable[[str, str], None],
    rewrite: Callable[[], None],
) -> Application:
    """`settled` is awaited before each answer; `handled` and `rewrite` serve the two paths that change state here."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        safely = _after(settled, send)
        if scope["path"] == HANDLED_PATH:
            request = json.loads(await _body(receive))
            handled(request["streamArn"], request["sequenceNumber"])
            await _answer(safely, 200, {})
            return
        expired.set(any(name == EXPIRED_HEADER.encode() for name, _ in scope["headers"]))
        await application(scope, receive, _calling(rewrite, safely) if scope["path"] == RESET_PATH else safely)

    return answer


def _after(settled: Callable[[], Awaitable[None]], send: Send) -> Send:
    """Send the answer once its changes are on disk, else a refusal in its place."""
    refused = False

    async def send_safely(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start":
            try:
                await settled()
            except StoreError as error:
                refused = True
                await _answer(send, 503, {"__type": "ServiceUnavailable", "message": str(error)})
        if not refused:
            await send(message)

    return send_safely


def _calling(rewrite: Callable[[], None], send: Send) -> Send:
    """ministack has wiped its memory when it begins to answer: the disk follows."""

    async def send_after_rewrite(message: Message) -> None:
        if message["type"] == "http.response.start":
            rewrite()
        await send(message)

    return send_after_rewrite


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _answer(send: Send, status: int, content: dict[str, str]) -> None:
    body = json.dumps(content).encode()
    headers = [*JSON_HEADERS, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
