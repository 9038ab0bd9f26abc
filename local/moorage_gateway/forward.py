"""A route that passes requests on to a deployed stack, signed with this machine's credentials."""

import asyncio

from moorage_gateway.backend import Backend, BackendError
from moorage_gateway.exchange import Answer, Headers, IncomingRequest
from moorage_gateway.messages import message_answer

MAX_BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's limit for a request (HTTP API quotas). Larger bodies are refused here, unsent."""
_OF_ONE_CONNECTION = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade"),
        *("transfer-encoding", "content-length", "host", "expect"),
    }
)
"""Headers that are about one connection (RFC 9110, section 7.6.1), and those that each side writes by itself."""
_RENAMED = "x-amzn-remapped-"
"""API Gateway puts this in front of `WWW-Authenticate` and a few others."""
_OUR_LENGTH = "moorage-content-length"
"""The length that HEAD describes, in a header that API Gateway does not write (moorage/wire/oci/_members.py)."""
_DROPPED_FROM_ANSWERS = _OF_ONE_CONNECTION | {"date", "server", _OUR_LENGTH}


class ForwardRoute:
    """Passes every request on."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def matches(self, _method: str, _path: str) -> bool:
        """Every request."""
        return True

    async def answer(self, request: IncomingRequest) -> Answer:
        """Receive the body, sign, send, and pass the answer back; 502 or 504 if there is none."""
        with await request.body.hold(MAX_BODY_BYTES) as held:
            body = bytes(await asyncio.to_thread(held.load))
        return await self.pass_on(request, body)

    async def pass_on(self, request: IncomingRequest, body: bytes = b"") -> Answer:
        """The same with this body, whatever the request's own is."""
        target = request.path + (f"?{request.query}" if request.query else "")
        headers = [(name, value) for name, value in request.headers if name not in _OF_ONE_CONNECTION]
        try:
            answered = await self._backend.request(request.method, target, headers, body)
        except BackendError as error:
            return message_answer(error.status, str(error))
        length = _described_length(answered.headers) if request.method == "HEAD" else []
        return Answer(answered.status, [*_answer_headers(answered.headers), *length], answered.content)


def _answer_headers(headers: Headers) -> list[tuple[str, str]]:
    """Without what each side writes by itself, and under the headers' own names."""
    named = [(name.lower().removeprefix(_RENAMED), value) for name, value in headers]
    return [(name, value) for name, value in named if name not in _DROPPED_FROM_ANSWERS]


def _described_length(headers: Headers) -> list[tuple[str, str]]:
    """The length that an answer to HEAD reports: ours if the backend sends it, else its Content-Length."""
    lengths = {name.lower(): value for name, value in headers}
    length = lengths.get(_OUR_LENGTH, lengths.get("content-length"))
    return [] if length is None else [("content-length", length)]
