"""A route that passes requests on to a deployed stack, signed with this machine's credentials."""

import asyncio
import io
import os
import ssl
from urllib.parse import urlsplit

import aiohttp
from moorage_client.endpoint import is_loopback, parse_endpoint
from moorage_client.http import proxy_for
from moorage_client.signing import RequestSigner
from yarl import URL

from moorage_gateway.exchange import Answer, Headers, IncomingRequest
from moorage_gateway.messages import message_answer

MAX_BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's limit for a request (HTTP API quotas). Larger bodies are refused here, unsent."""
TIMEOUT = aiohttp.ClientTimeout(total=35, sock_connect=5)
"""Longer than API Gateway's limit for an answer (30 s)."""
_SIGNED = frozenset({"content-type", "x-amz-target"})
_OURS = frozenset({"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"})
_OF_ONE_CONNECTION = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade"),
        *("transfer-encoding", "content-length", "host", "expect"),
    }
)
"""Headers that are about one connection (RFC 9110, section 7.6.1), and those that each side writes by itself."""
_RENAMED = "x-amzn-remapped-"
"""API Gateway puts this in front of `WWW-Authenticate` and a few others."""


class ForwardRoute:
    """Passes every request on. Close it on the event loop that used it."""

    def __init__(self, endpoint: str) -> None:
        """A backend on this machine needs no signature.

        Raises: EndpointError; botocore's errors where credentials or a region are missing.
        """
        self._endpoint = parse_endpoint(endpoint)
        self._signer = None if is_loopback(self._endpoint) else RequestSigner(self._endpoint)
        self._session: aiohttp.ClientSession | None = None

    def matches(self, _method: str, _path: str) -> bool:
        """Every request."""
        return True

    async def answer(self, request: IncomingRequest) -> Answer:
        """Receive the body, sign, send, and pass the answer back; 502 or 504 if there is none."""
        with await request.body.hold(MAX_BODY_BYTES) as held:
            body = bytes(await asyncio.to_thread(held.load))
        url = f"{self._endpoint}{request.path}" + (f"?{request.query}" if request.query else "")
        headers = await asyncio.to_thread(self._headers, request, url, body)
        try:
            async with self._http().request(
                request.method, URL(url, encoded=True), headers=headers, data=io.BytesIO(body), allow_redirects=False
            ) as response:
                content = await response.read()
                return Answer(response.status, _backwards(list(response.headers.items())), content)
        except TimeoutError:
            return message_answer(504, f"{self._endpoint} did not answer in time")
        except aiohttp.ClientError as error:
            return message_answer(502, f"{self._endpoint} cannot be reached: {error}")

    async def close(self) -> None:
        """Close the connections to the backend."""
        if self._session is not None:
            await self._session.close()

    def _headers(self, request: IncomingRequest, url: str, body: bytes) -> list[tuple[str, str]]:
        """Signed with this machine's credentials, in place of whatever the client has sent."""
        passed = [(name, value) for name, value in request.headers if name not in _OF_ONE_CONNECTION]
        if self._signer is None:
            return passed
        signed = {name: value for name, value in passed if name in _SIGNED}
        signature = self._signer.headers(request.method, url, body, signed)
        kept = [(name, value) for name, value in passed if name not in _OURS | _SIGNED]
        return [*kept, *((name, value) for name, value in signature.items() if name.lower() != "content-length")]

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=TIMEOUT,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(ssl=_certificates(self._endpoint)),
                proxy=proxy_for(self._endpoint),
            )
        return self._session


def _certificates(endpoint: str) -> ssl.SSLContext | bool:
    """The certificates that AWS's own tools would trust."""
    file = os.environ.get("AWS_CA_BUNDLE")
    if urlsplit(endpoint).scheme != "https" or not file:
        return True
    return ssl.create_default_context(cafile=file)


def _backwards(headers: Headers) -> list[tuple[str, str]]:
    """Without what each side writes by itself, and under the headers' own names."""
    named = [(name.lower().removeprefix(_RENAMED), value) for name, value in headers]
    return [(name, value) for name, value in named if name not in _OF_ONE_CONNECTION | {"date", "server"}]
