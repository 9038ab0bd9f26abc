"""Answers of a server that other machines reach: each address in them is one that the client reaches, too.

The use cases know the server as this machine does, and S3 listens on 127.0.0.1. A client is told the host that it used
itself, and fetches and sends content through the server (store_route.py).
"""

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from moorage_gateway.exchange import Answer, Headers, IncomingRequest, Route

STORE_PATH = "/_moorage/s3"
_HOSTS = frozenset({"repositoryUri"})
"""Members that begin with the server's host and port."""
_URLS = frozenset({"downloadUrl", "url", "completionUrl"})
"""Members that are presigned URLs of S3."""
_JSON_TYPES = frozenset({"application/json", "application/x-amz-json-1.1"})


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a listener at this address."""
    return ipaddress.ip_address(host).is_loopback


@dataclass(frozen=True, slots=True)
class Addresses:
    """`server` is host and port, `store_url` is the base URL of S3, both as this machine reaches them."""

    server: str
    store_url: str

    def seen_by_client(self, answer: Answer, scheme: str, host: str) -> Answer:
        """The answer with the host that the client used."""
        store = f"{scheme}://{host}{STORE_PATH}"
        headers = [
            (name, self._url(value, store)) if _is(name, "location") else (name, value)
            for name, value in answer.headers
        ]
        if not isinstance(answer.body, bytes) or not _has_json(answer.headers):
            return replace(answer, headers=headers)
        document = json.loads(answer.body or b"null")
        changed = _mapped(document, lambda name, text: self._member(name, text, host, store))
        if changed == document:
            return replace(answer, headers=headers)
        body = json.dumps(changed).encode()
        return Answer(answer.status, [one for one in headers if not _is(one[0], "content-length")], body)

    def _member(self, name: str, text: str, host: str, store: str) -> str:
        if name in _HOSTS and text.startswith(f"{self.server}/"):
            return host + text.removeprefix(self.server)
        if name == "proxyEndpoint":
            return text.replace(self.server, host)
        return self._url(text, store) if name in _URLS else text

    def _url(self, url: str, store: str) -> str:
        return store + url.removeprefix(self.store_url) if url.startswith(f"{self.store_url}/") else url


class ReachableAnswers:
    """A route whose answers name addresses that the client reaches."""

    def __init__(self, route: Route, addresses: Addresses) -> None:
        self._route = route
        self._addresses = addresses

    def matches(self, method: str, path: str) -> bool:
        """As the route does."""
        return self._route.matches(method, path)

    async def answer(self, request: IncomingRequest) -> Answer:
        """The route's answer; a client of HTTP/1.0 that names no host gets it as it is."""
        answer = await self._route.answer(request)
        host = request.header("host")
        return self._addresses.seen_by_client(answer, request.scheme, host) if host else answer


def _is(name: str, wanted: str) -> bool:
    return name.lower() == wanted


def _has_json(headers: Headers) -> bool:
    """Manifests have types of their own, and are left as they are."""
    types = [value.partition(";")[0].strip() for name, value in headers if _is(name, "content-type")]
    return bool(types) and types[0] in _JSON_TYPES


def _mapped(value: Any, change: Callable[[str, str], str], name: str = "") -> Any:
    """The document with each string replaced by the result of `change` for the string and its member's name."""
    if isinstance(value, str):
        return change(name, value)
    if isinstance(value, dict):
        return {member: _mapped(one, change, member) for member, one in value.items()}
    return [_mapped(one, change, name) for one in value] if isinstance(value, list) else value
