"""A deployed stack, asked over HTTP: requests signed with this machine's credentials, one pool of connections."""

import asyncio
import io
import os
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from moorage_client.endpoint import is_loopback, parse_endpoint
from moorage_client.http import proxy_for
from moorage_client.signing import RequestSigner
from yarl import URL

from moorage_gateway.exchange import Headers

TIMEOUT = aiohttp.ClientTimeout(total=35, sock_connect=5)
"""Longer than API Gateway's limit for an answer (30 s)."""
S3_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
_SIGNED = frozenset({"content-type", "x-amz-target"})
_OURS = frozenset({"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"})


class BackendError(Exception):
    """The backend gives no answer; the text says why. `status` is what the client is answered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    """What the backend answered, headers as they came."""

    status: int
    headers: Headers
    content: bytes


class Backend:
    """Close it on the event loop that used it."""

    def __init__(self, endpoint: str) -> None:
        """A backend on this machine needs no signature.

        Raises: EndpointError; botocore's errors where credentials or a region are missing.
        """
        self.endpoint = parse_endpoint(endpoint)
        self._signer = None if is_loopback(self.endpoint) else RequestSigner(self.endpoint)
        self._sessions: dict[str | None, aiohttp.ClientSession] = {}

    async def request(self, method: str, target: str, headers: Headers, body: bytes) -> BackendAnswer:
        """One request; `target` is path and query as they go on the wire. Raises: BackendError (502, 504)."""
        url = f"{self.endpoint}{target}"
        signed = await asyncio.to_thread(self._signed, method, url, headers, body)
        try:
            async with self._session(url).request(
                method,
                URL(url, encoded=True),
                headers=signed,
                data=io.BytesIO(body),
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                return BackendAnswer(response.status, list(response.headers.items()), await response.read())
        except TimeoutError as error:
            raise BackendError(504, f"{self.endpoint} did not answer in time") from error
        except aiohttp.ClientError as error:
            raise BackendError(502, f"{self.endpoint} cannot be reached: {error}") from error

    async def put(self, url: str, headers: dict[str, str], body: AsyncIterator[bytes]) -> int:
        """Send a body to a presigned URL as it comes, at the speed of the receiver; S3's status.

        Raises: aiohttp.ClientError, TimeoutError; what iterating over the body raises may come as ClientError.
        """
        async with self._session(url).put(
            URL(url, encoded=True), headers=headers, data=body, allow_redirects=False, timeout=S3_TIMEOUT
        ) as response:
            await response.read()
            return response.status

    async def close(self) -> None:
        """Close the connections."""
        for session in self._sessions.values():
            await session.close()

    def _signed(self, method: str, url: str, headers: Headers, body: bytes) -> list[tuple[str, str]]:
        """Signed with this machine's credentials, in place of whatever the client has sent."""
        if self._signer is None:
            return list(headers)
        signed = {name: value for name, value in headers if name in _SIGNED}
        signature = self._signer.headers(method, url, body, signed)
        kept = [(name, value) for name, value in headers if name not in _OURS | _SIGNED]
        return [*kept, *((name, value) for name, value in signature.items() if name.lower() != "content-length")]

    def _session(self, url: str) -> aiohttp.ClientSession:
        """One for each way out: with the proxy that the environment names for this URL, or without one."""
        proxy = proxy_for(url)
        if proxy not in self._sessions:
            self._sessions[proxy] = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(ssl=_certificates()),
                proxy=proxy,
            )
        return self._sessions[proxy]


def _certificates() -> ssl.SSLContext | bool:
    """The certificates that AWS's own tools would trust."""
    file = os.environ.get("AWS_CA_BUNDLE")
    return ssl.create_default_context(cafile=file) if file else True
