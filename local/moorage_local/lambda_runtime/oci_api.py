"""The OCI API outside AWS: a route of the gateway that hands bodies of any size to the use cases as they arrive."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from moorage.bootstrap.api import compose, read_settings, registry_of
from moorage.domain.registry import Registry
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpResponse, http_request
from moorage.wire.oci.protocol import answer
from moorage_gateway.exchange import Answer, IncomingRequest

from moorage_local.access.callers import Callers, open_callers
from moorage_local.lambda_runtime.arriving_body import ArrivingBody
from moorage_local.lambda_runtime.http_events import Request, proxy_event

SMALL_BODY_BYTES = 1024 * 1024
"""A body that is known to be this small is received before a thread is taken."""
WORKERS = 16
STREAMS = 8
"""Larger bodies that are stored at once; each takes about 50 MiB of memory. The others wait, unread."""


class OciApi:
    """Answers everything below /v2/."""

    def __init__(self, registry: Registry, ports: Ports, callers: Callers) -> None:
        self._registry = registry
        self._callers = callers
        self._ports = ports
        self._threads = ThreadPoolExecutor(WORKERS + STREAMS, thread_name_prefix="oci")
        self._streams = asyncio.Semaphore(STREAMS)

    def matches(self, _method: str, path: str) -> bool:
        """Whether the request is of this protocol."""
        return path == "/v2" or path.startswith("/v2/")

    async def answer(self, request: IncomingRequest) -> Answer:
        """Answer it in a thread, because use cases are synchronous."""
        declared = request.body.declared_bytes
        if declared is None and request.header("transfer-encoding") == "":
            declared = 0
        if declared is not None and declared <= SMALL_BODY_BYTES:
            with await request.body.hold(SMALL_BODY_BYTES) as held:
                return await self._in_thread(lambda: self._answer(request, [bytes(held.load())]))
        async with self._streams, ArrivingBody(request.body) as arriving:
            return await self._in_thread(lambda: self._answer(request, arriving))

    def close(self) -> None:
        """Wait for the requests that still run."""
        self._threads.shutdown()

    async def _in_thread(self, function: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def _answer(self, request: IncomingRequest, chunks: Iterable[bytes]) -> Answer:
        plain = Request(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=list(request.headers),
            protocol=request.protocol,
            source_ip=request.source_ip,
            caller_arn=self._callers.arn_without_credentials,
        )
        event = proxy_event(plain, "ANY /v2/{proxy+}")
        incoming = replace(http_request(event), stream=chunks)
        answered = answer(incoming, self._registry, self._ports, self._callers.accounts)
        return _as_answer(answered.response)


def compose_oci_api(variables: Mapping[str, str], callers: Callers | None = None) -> OciApi:
    """The route on the stack whose settings these are; os.environ leads AWS clients there."""
    settings = read_settings(variables)
    return OciApi(registry_of(settings), compose(settings), callers or open_callers())


def _as_answer(response: HttpResponse) -> Answer:
    return Answer(response.status, list(response.headers.items()), response.content_bytes)
