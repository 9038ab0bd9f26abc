"""The HTTP API outside AWS: an ASGI application that turns each request into an event and calls the Lambda function."""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moorage_local.lambda_runtime.functions import Function
from moorage_local.lambda_runtime.http_events import Request, proxy_event
from moorage_local.lambda_runtime.routes import ROUTES, Route

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY_BYTES = 40_000_000
"""A layer part of 20 MiB is 28 MB in base64. A slightly larger part still reaches the function, which refuses it."""
WORKERS = 8
"""The number of functions that run at once. 8 parts of 20 MiB with their base64 need less than 1 GB of memory."""

logger = logging.getLogger(__name__)


class BodyTooLargeError(Exception):
    """The request's body is larger than MAX_BODY_BYTES."""


class HttpApi:
    """Routes requests to functions, which run in threads: Lambda handlers are synchronous."""

    def __init__(
        self, functions: Mapping[str, Function], healthy: Callable[[], bool], routes: Sequence[Route] = ROUTES
    ) -> None:
        """`healthy` tells whether the engines still run; `/healthz` answers it."""
        self._functions = functions
        self._healthy = healthy
        self._routes = routes
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="function")
        self._slots = asyncio.Semaphore(WORKERS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            return
        try:
            status, headers, body = await self._answer(scope, receive)
        except ConnectionResetError:
            return  # the client has gone
        except BodyTooLargeError:
            status, headers, body = _message(413, "Request Entity Too Large")
        headers.setdefault("content-length", str(len(body)))
        lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": body})

    def close(self) -> None:
        """Wait for the functions that still run."""
        self._threads.shutdown()

    async def _answer(self, scope: Message, receive: Receive) -> tuple[int, dict[str, str], bytes]:
        method, path = scope["method"], scope["raw_path"].decode("latin-1")
        if path == "/healthz":
            healthy = self._healthy()
            return _json(200 if healthy else 503, {"status": "ok" if healthy else "an engine has stopped"})
        for route in self._routes:
            parameters = route.matches(method, path)
            if parameters is not None and route.function in self._functions:
                async with self._slots:
                    request = await _request(scope, receive)
                    event = proxy_event(request, route.key, parameters)
                    return await self._invoke(self._functions[route.function], event)
        return _message(404, "Not Found")

    async def _invoke(self, function: Function, event: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """Like API Gateway: an exception or an unusable answer becomes a 500 without details."""
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._threads, function, event)
            return _response(result)
        except Exception:
            logger.exception("The function %s failed", function.name)
            return _message(500, "Internal Server Error")


async def _request(scope: Message, receive: Receive) -> Request:
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    declared = dict(headers).get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
        raise BodyTooLargeError
    chunks: list[bytes] = []
    size_bytes, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the client went away before the end of its body")
        chunks.append(message.get("body", b""))
        size_bytes += len(chunks[-1])
        if size_bytes > MAX_BODY_BYTES:
            raise BodyTooLargeError
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=b"".join(chunks),
        protocol=f"HTTP/{scope['http_version']}",
        source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
    )


def _response(result: Any) -> tuple[int, dict[str, str], bytes]:
    """Read a function's answer; without a statusCode the whole answer is the body (payload format 2.0)."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return _json(200, result)
    text = result.get("body") or ""
    body = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
    headers = {str(name).lower(): str(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain;charset=utf-8")
    return int(result["statusCode"]), headers, body


def _json(status: int, value: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/json"}, json.dumps(value).encode()


def _message(status: int, text: str) -> tuple[int, dict[str, str], bytes]:
    """An answer that does not come from a function, in API Gateway's words."""
    return _json(status, {"message": text})
