"""S3 for clients that reach the server only: presigned requests are passed on, and their content is streamed."""

from collections.abc import AsyncIterator

import aiohttp
from moorage_gateway.exchange import Answer, IncomingRequest
from moorage_gateway.messages import message_answer
from yarl import URL

from moorage_local.server.addresses import STORE_PATH

METHODS = frozenset({"GET", "PUT", "POST"})
"""What URLs are signed for."""
CHUNK_BYTES = 256 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=300)
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "te", "transfer-encoding", "upgrade", "host", "expect"})
_OURS = _OF_ONE_CONNECTION | {"date", "server"}


class StoreRoute:
    """Passes presigned requests on to S3, which checks the signature. Close it on the event loop that used it."""

    def __init__(self, store_url: str) -> None:
        self.store_url = store_url
        self._session: aiohttp.ClientSession | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether the request is for an object."""
        return path.startswith(f"{STORE_PATH}/") and method in METHODS

    async def answer(self, request: IncomingRequest) -> Answer:
        """S3's answer. A request without a signature is refused here."""
        if "X-Amz-Signature=" not in request.query:
            return message_answer(403, "Forbidden")
        url = f"{self.store_url}{request.path.removeprefix(STORE_PATH)}?{request.query}"
        headers = [one for one in request.headers if one[0] not in _OF_ONE_CONNECTION]
        body = request.body if request.method in ("PUT", "POST") else None
        try:
            response = await self._http().request(
                request.method, URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
            )
        except aiohttp.ClientError:
            return message_answer(502, "The object store cannot be reached")
        kept = [(name, value) for name, value in response.headers.items() if name.lower() not in _OURS]
        return Answer(response.status, kept, _content(response))

    async def close(self) -> None:
        """Close the connections to S3."""
        if self._session is not None:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=TIMEOUT,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(limit=0),
            )
        return self._session


async def _content(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with response:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            yield chunk
