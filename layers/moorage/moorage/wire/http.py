"""API Gateway's proxy events, and the answers it takes: HTTP APIs (payload 2.0) and REST APIs (1.0) alike."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moorage.domain.caller import ANONYMOUS, Call, Caller, parse_caller
from moorage.domain.errors import MalformedRequestError
from moorage.domain.registry import Registry


class BrokenBodyError(MalformedRequestError):
    """A streamed body ended before all of it had come, or cannot be read on."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as every protocol reads it; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw_body: str
    body_is_base64: bool
    request_id: str
    caller: Caller = ANONYMOUS
    source_ip: str = ""
    stream: Iterable[bytes] | None = None
    """The body, where it comes in pieces. Iterating raises BrokenBodyError if it ends too early."""

    def call(self, registry: Registry) -> Call:
        """The context that travels with the request."""
        return Call(
            registry=registry,
            caller=self.caller,
            request_id=self.request_id,
            source_ip=self.source_ip,
            user_agent=self.headers.get("user-agent", ""),
            over_tls=self._over_tls,
        )

    @property
    def _over_tls(self) -> bool | None:
        scheme = self.headers.get("x-forwarded-proto")
        return None if scheme is None else scheme == "https"

    @property
    def body(self) -> str | bytes:
        """The body as it was sent; MalformedRequestError if it is not the base64 that the event says it is."""
        if not self.body_is_base64:
            return self.raw_body
        try:
            return base64.b64decode(self.raw_body, validate=True)
        except ValueError as error:
            raise MalformedRequestError("The event's body is not base64") from error

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, none of them empty. It can be read once. Raises: BrokenBodyError."""
        if self.stream is not None:
            return (chunk for chunk in self.stream if chunk)
        body = self.body
        whole = body.encode() if isinstance(body, str) else body
        return iter([whole] if whole else [])


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer; the body is text, or `content` where it is not."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def content_bytes(self) -> bytes:
        """The body as it goes over the wire."""
        return self.body.encode() if self.content is None else self.content

    def as_proxy_result(self) -> dict[str, Any]:
        """What the Lambda function returns."""
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "body": self.body if self.content is None else base64.b64encode(self.content).decode(),
            "isBase64Encoded": self.content is not None,
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
        caller=_caller(context),
        source_ip=http.get("sourceIp") or (context.get("identity") or {}).get("sourceIp") or "",
    )


def _caller(context: Mapping[str, Any]) -> Caller:
    """Whom API Gateway's IAM authorizer found: HTTP APIs tell it in `authorizer.iam`, REST APIs in `identity`.

    A request without an authorizer, and a caller whose ARN nobody can read, are anonymous.
    """
    iam = (context.get("authorizer") or {}).get("iam") or context.get("identity") or {}
    return parse_caller(iam.get("userArn") or "", organization=iam.get("principalOrgId") or "") or ANONYMOUS
