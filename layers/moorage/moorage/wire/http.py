"""API Gateway's proxy events, and the answers it takes: HTTP APIs (payload 2.0) and REST APIs (1.0) alike."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moorage.domain.errors import MalformedRequestError


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as the doors read it; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw_body: str
    body_is_base64: bool
    request_id: str

    @property
    def body(self) -> str | bytes:
        """The body as it was sent; MalformedRequestError if it is not the base64 that the event says it is."""
        if not self.body_is_base64:
            return self.raw_body
        try:
            return base64.b64decode(self.raw_body, validate=True)
        except ValueError as error:
            raise MalformedRequestError("The event's body is not base64") from error


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer; the body is text."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_proxy_result(self) -> dict[str, Any]:
        """What the Lambda function returns."""
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "body": self.body,
            "isBase64Encoded": False,
        }


def http_request(event: Mapping[str, Any]) -> HttpRequest:
    """Read an event; its body is decoded when it is asked for."""
    context = event.get("requestContext") or {}
    http = context.get("http") or {}
    return HttpRequest(
        method=http.get("method") or event.get("httpMethod", "GET"),
        path=event.get("rawPath") or event.get("path", "/"),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        query=event.get("queryStringParameters") or {},
        raw_body=event.get("body") or "",
        body_is_base64=bool(event.get("isBase64Encoded")),
        request_id=context.get("requestId", ""),
    )
