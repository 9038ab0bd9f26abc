"""What an HTTP API makes of a request: its proxy event, payload format 2.0; and a boto3 client that goes that way."""

import base64
import io
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from tests.support.callers import iam_context, owner

OWNER_ARN = owner().arn
Invoke = Callable[[Mapping[str, Any]], Any]


def event(method: str, path: str, headers: Mapping[str, str], body: bytes, arn: str = OWNER_ARN) -> dict[str, Any]:
    """As API Gateway sends it. Only text and JSON bodies stay as they are: `application/x-amz-json-1.1` is neither."""
    lowered = {name.lower(): value for name, value in headers.items()}
    raw_path, _, query = path.partition("?")
    as_text = lowered.get("content-type", "").startswith(("text/", "application/json"))
    return {
        "version": "2.0",
        "routeKey": f"{method} {raw_path}",
        "rawPath": raw_path,
        "rawQueryString": query,
        **({"queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True))} if query else {}),
        "headers": lowered,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "local.execute-api.localhost",
            "http": {
                "method": method,
                "path": raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": lowered.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": f"{method} {raw_path}",
            "stage": "$default",
            **iam_context(arn),
        },
        "body": body.decode() if as_text else base64.b64encode(body).decode(),
        "isBase64Encoded": not as_text,
    }


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Values of one name with commas between them, as format 2.0 has them."""
    return {name: ",".join(value for other, value in pairs if other == name) for name, _ in pairs}


def ecr_event(operation: str, **members: Any) -> dict[str, Any]:
    """The event of one ECR call, as boto3 would have sent it; blobs are given as bytes."""
    plain = {name: base64.b64encode(v).decode() if isinstance(v, bytes) else v for name, v in members.items()}
    target = f"AmazonEC2ContainerRegistry_V20150921.{operation}"
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
    return event("POST", "/", headers, json.dumps(plain).encode())


def ecr_client(invoke: Invoke) -> Any:
    """An unmodified boto3 client, except that its requests reach `invoke` as events instead of a socket."""
    client = boto3.client(
        "ecr",
        endpoint_url="https://registry.invalid",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )

    def send(request: AWSPreparedRequest, **_: Any) -> Any:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
        }
        answer = invoke(event(request.method, "/", headers, _bytes_of(request)))
        return AWSResponse(request.url, answer["statusCode"], answer["headers"], _Raw(answer["body"].encode()))

    client.meta.events.register("before-send.ecr", send)
    return client


def _bytes_of(request: AWSPreparedRequest) -> bytes:
    assert request.body is None or isinstance(request.body, bytes)
    return request.body or b""


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()
