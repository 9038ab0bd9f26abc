"""What an HTTP API makes of a request: its proxy event, payload format 2.0."""

import base64
from typing import Any
from urllib.parse import parse_qsl

from tests.support.callers import iam_context
from tests.support.driver.requests import Request, ecr_request


def event(request: Request) -> dict[str, Any]:
    """As API Gateway sends it. Only text and JSON bodies stay as they are: `application/x-amz-json-1.1` is neither."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    raw_path, _, query = request.path.partition("?")
    body = request.body if isinstance(request.body, bytes) else b"".join(request.body)
    as_text = headers.get("content-type", "").startswith(("text/", "application/json"))
    return {
        "version": "2.0",
        "routeKey": f"{request.method} {raw_path}",
        "rawPath": raw_path,
        "rawQueryString": query,
        **({"queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True))} if query else {}),
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "local.execute-api.localhost",
            "http": {
                "method": request.method,
                "path": raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request.request_id,
            "routeKey": f"{request.method} {raw_path}",
            "stage": "$default",
            **iam_context(request.caller.arn),
        },
        "body": body.decode() if as_text else base64.b64encode(body).decode(),
        "isBase64Encoded": not as_text,
    }


def ecr_event(operation: str, **members: Any) -> dict[str, Any]:
    """The event of one ECR call of the registry's owner; blobs are given as bytes."""
    return event(ecr_request(operation, members))


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Values of one name with commas between them, as format 2.0 has them."""
    return {name: ",".join(value for other, value in pairs if other == name) for name, _ in pairs}
