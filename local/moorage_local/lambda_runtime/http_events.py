"""API Gateway's proxy events for HTTP APIs, payload format 2.0, made from plain HTTP requests.

Shape: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from moorage_local.stack.environment import registry_id


def open_caller_arn() -> str:
    """Who asks where nobody has to prove it: the registry's account itself, as `moorage serve` is by default."""
    return f"arn:aws:iam::{registry_id()}:root"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it arrived; header names in lower case, one pair for each line.

    `caller_arn` is empty for an anonymous caller.
    """

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes | bytearray = b""
    protocol: str = "HTTP/1.1"
    source_ip: str = "127.0.0.1"
    host: str = field(default="127.0.0.1")
    caller_arn: str = field(default_factory=open_caller_arn)


def proxy_event(request: Request, route_key: str, path_parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The event that a Lambda function behind this route gets, except that its body is bytes and never base64.

    API Gateway sends ECR's own media type as base64; encoding and decoding 28 MB once more would cost 100 ms.
    """
    headers = _joined([(name, value) for name, value in request.headers if name not in ("cookie", "transfer-encoding")])
    cookies = [one.strip() for name, value in request.headers if name == "cookie" for one in value.split(";")]
    domain = headers.get("host", request.host)
    now = time.time()
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": registry_id(),
            **_authorizer(request.caller_arn),
            "apiId": "local",
            "domainName": domain.partition(":")[0],
            "domainPrefix": domain.partition(".")[0],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route_key,
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    # API Gateway leaves these out when they are empty.
    optional = {
        "cookies": cookies,
        "queryStringParameters": _joined(parse_qsl(request.query, keep_blank_values=True)),
        "pathParameters": dict(path_parameters or {}),
        "body": request.body,
    }
    return {**event, **{name: value for name, value in optional.items() if value}}


def _authorizer(arn: str) -> dict[str, Any]:
    """What the IAM authorizer tells of a caller; nothing of one that did not sign its request."""
    return {"authorizer": {"iam": {"userArn": arn, "accountId": arn.split(":")[4]}}} if arn else {}


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Join the values of one name with commas, because format 2.0 has no multi-value members."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
