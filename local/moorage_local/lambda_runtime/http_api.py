"""The HTTP API outside AWS: a route of the gateway that turns each request into an event and calls the function."""

import asyncio
import base64
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from moorage_gateway.exchange import Answer, IncomingRequest
from moorage_gateway.held_bytes import HeldBytes
from moorage_gateway.messages import message_answer
from moorage_gateway.text import printable

from moorage_local.access.callers import Callers, open_callers
from moorage_local.access.sigv4 import SignatureError
from moorage_local.lambda_runtime.functions import Function
from moorage_local.lambda_runtime.http_events import Request, proxy_event
from moorage_local.lambda_runtime.routes import ROUTES, Route

MAX_BODY_BYTES = 40_000_000
"""A layer part of 20 MiB is 28 MB in base64. A slightly larger part still reaches the function, which refuses it."""
WORKERS = 8
"""The number of functions that run at once."""
LARGE_BODY_BYTES = 1024 * 1024
LARGE_BODIES_AT_ONCE = 2
"""The number of functions that run at once with a larger body: each needs memory for the body and for its content."""

logger = logging.getLogger(__name__)


class HttpApi:
    """Routes requests to functions, which run in threads: Lambda handlers are synchronous."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        healthy: Callable[[], bool],
        routes: Sequence[Route] = ROUTES,
        callers: Callers | None = None,
    ) -> None:
        """`healthy` tells whether the engines still run; `/healthz` answers it. By default, all `callers` may ask."""
        self._callers = callers or open_callers()
        self._functions = functions
        self._healthy = healthy
        self._routes = [route for route in routes if route.function in functions]
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="function")
        self._large = asyncio.Semaphore(LARGE_BODIES_AT_ONCE)

    def matches(self, method: str, path: str) -> bool:
        """Whether a function answers such a request, or this class itself."""
        return path == "/healthz" or any(route.matches(method, path) is not None for route in self._routes)

    async def answer(self, request: IncomingRequest) -> Answer:
        """Receive the body, which needs no thread, then call the function in one."""
        if request.path == "/healthz":
            healthy = self._healthy()
            return _json(200 if healthy else 503, {"status": "ok" if healthy else "an engine has stopped"})
        route, parameters = self._find(request)
        with await request.body.hold(MAX_BODY_BYTES) as held:
            invoke = (self._invoke, self._functions[route.function], request, held, route.key, parameters)
            if held.size_bytes <= LARGE_BODY_BYTES:
                return await self._in_thread(*invoke)
            async with self._large:
                return await self._in_thread(*invoke)

    def close(self) -> None:
        """Wait for the functions that still run."""
        self._threads.shutdown()

    def _find(self, request: IncomingRequest) -> tuple[Route, Mapping[str, str]]:
        for route in self._routes:
            parameters = route.matches(request.method, request.path)
            if parameters is not None:
                return route, parameters
        raise LookupError(f"no route for {request.method} {request.path}")

    async def _in_thread(self, function: Callable[..., Answer], *arguments: Any) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    def _invoke(
        self,
        function: Function,
        request: IncomingRequest,
        held: HeldBytes,
        route_key: str,
        parameters: Mapping[str, str],
    ) -> Answer:
        """Like API Gateway: 403 without a valid signature; an exception or an unusable answer becomes a plain 500."""
        try:
            plain = _request(request, held)
            plain = replace(plain, caller_arn=self._callers.signer_of(plain))
            return _answer(function(proxy_event(plain, route_key, parameters)))
        except SignatureError as error:
            logger.info("%s %s refused: %s", request.method, printable(request.path), error)
            return message_answer(403, "Forbidden")
        except Exception:
            logger.exception("The function %s failed", function.name)
            return message_answer(500, "Internal Server Error")


def _request(request: IncomingRequest, held: HeldBytes) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=list(request.headers),
        body=held.load(),
        protocol=request.protocol,
        source_ip=request.source_ip,
    )


def _answer(result: Any) -> Answer:
    """Read a function's answer; without a statusCode the whole answer is the body (payload format 2.0)."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return _json(200, result)
    text = result.get("body") or ""
    body = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
    headers = {str(name).lower(): str(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain;charset=utf-8")
    return Answer(int(result["statusCode"]), list(headers.items()), body)


def _json(status: int, value: Any) -> Answer:
    return Answer(status, [("content-type", "application/json")], json.dumps(value).encode())
