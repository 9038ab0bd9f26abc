"""What carries a request to a registry: a call of the ports' entry, an invocation of a function, or HTTP."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import boto3
import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from moorage.domain.registry import Registry
from moorage.usecases.ports import Ports
from moorage.wire.direct import protocol as direct
from moorage.wire.ecr import protocol as ecr
from moorage.wire.http import HttpRequest, http_request
from moorage.wire.oci import protocol as oci
from moorage.wire.outcome import Answered

from tests.support.driver.answers import Answer, lowered
from tests.support.driver.lambda_events import event
from tests.support.driver.requests import Request

Transport = Callable[[Request], Answer]
"""Carries out a request; nothing is tried again, and no redirect is followed."""


def to_ports(registry: Registry, ports: Ports) -> Transport:
    """The entry of the request's protocol, in this process, on any ports."""
    return lambda request: Answer.of_response(carried_out(request, registry, ports).response)


def carried_out(request: Request, registry: Registry, ports: Ports) -> Answered:
    """The same, with what a function counts: the operation and the exception's name."""
    read = read_request(request)
    if read.path.startswith("/v2"):
        return oci.answer(read, registry, ports)
    if "x-amz-target" in read.headers:
        return ecr.answer(read, registry, ports)
    return direct.answer(read, registry, ports)


def read_request(request: Request) -> HttpRequest:
    """The request as a protocol gets it: a function's from its event, or with a body that arrives in pieces."""
    if isinstance(request.body, bytes):
        read = http_request(event(request))
    else:
        read = replace(http_request(event(replace(request, body=b""))), stream=request.body)
    return replace(read, caller=request.caller)  # an event does not have the scopes of a token


def to_function(invoke: Callable[[Mapping[str, Any]], Any]) -> Transport:
    """A Lambda function, as API Gateway invokes it: in this process (`load`) or in another one (LambdaRuntime)."""
    return lambda request: Answer.of_proxy_result(invoke(event(request)))


def to_server(url: str) -> Transport:
    """A server at this URL. A path may also be another server's URL, such as where an answer sends the client."""
    pool = urllib3.PoolManager(retries=False, timeout=120)

    def send(request: Request) -> Answer:
        answered = pool.request(
            request.method,
            request.path if "://" in request.path else url + request.path,
            body=request.body,
            headers=dict(request.headers),
            redirect=False,
            chunked=not isinstance(request.body, bytes),
        )
        return Answer(answered.status, lowered(answered.headers), answered.data)

    return send


def ecr_client(send: Transport) -> Any:
    """An unmodified boto3 client, except that its requests go by this transport instead of a socket."""
    client = boto3.client(
        "ecr",
        endpoint_url="https://registry.invalid",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )

    def before_send(request: AWSPreparedRequest, **_: Any) -> Any:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
        }
        answer = send(Request(request.method, "/", _bytes_of(request), headers))
        return AWSResponse(request.url, answer.status, HTTPHeaders.from_dict(answer.headers), _Raw(answer.body))

    client.meta.events.register("before-send.ecr", before_send)
    return client


def _bytes_of(request: AWSPreparedRequest) -> bytes:
    assert request.body is None or isinstance(request.body, bytes)
    return request.body or b""


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()
