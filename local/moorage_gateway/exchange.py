"""What a route gets and what it answers. To add a route, implement `Route` and hand it to `Gateway`."""

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from moorage_gateway.body import RequestBody

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A request whose body may still be arriving."""

    method: str
    path: str
    """As it was sent, with its percent escapes; without scheme and host if the client sent a whole URL."""
    query: str
    headers: Headers
    """One pair for each line; names in lower case."""
    body: RequestBody
    protocol: str = "HTTP/1.1"
    source_ip: str = "127.0.0.1"
    scheme: str = "http"

    def header(self, name: str, default: str = "") -> str:
        """The first value of a header; `name` in lower case."""
        return next((value for known, value in self.headers if known == name), default)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. A body that is not a bytes object is streamed: in chunks, unless the headers have a Content-Length."""

    status: int
    headers: Headers = field(default=())
    body: bytes | AsyncIterable[bytes] = b""


class Route(Protocol):
    """Answers some of the requests."""

    def matches(self, method: str, path: str) -> bool:
        """Whether this route answers such a request; the first route that says so is used."""

    async def answer(self, request: IncomingRequest) -> Answer:
        """Answer it. Runs on the event loop: work that blocks or takes longer than 1 ms belongs into a thread.

        It may raise what reading the body raises; any other exception becomes a 500 without details.
        """
