"""Amazon ECR's JSON 1.1 protocol: one request in, one answer out; operations.py has the operations."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from moorage.domain.errors import InvalidParameterError
from moorage.domain.registry import Registry
from moorage.usecases.ports import Ports
from moorage.wire import edge
from moorage.wire.ecr.errors import error_body
from moorage.wire.ecr.operations import find_operation
from moorage.wire.errors import ErrorShape
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.json_body import read_json_with_blob
from moorage.wire.operation import Members, Operation
from moorage.wire.outcome import Answered
from moorage.wire.scoped_path import scoped_members

TARGET_PREFIX = "AmazonEC2ContainerRegistry_V20150921"
CONTENT_TYPE = "application/x-amz-json-1.1"


class _EcrProtocol:
    """Implements WireProtocol."""

    log = logging.getLogger("moorage.ecr")

    def identify(self, request: HttpRequest, _ports: Ports) -> HttpRequest:
        return request  # API Gateway has verified its signature

    def route(self, request: HttpRequest) -> tuple[Operation[Members], Mapping[str, str]]:
        prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
        if prefix != TARGET_PREFIX or not name:
            raise InvalidParameterError("X-Amz-Target", f"must be '{TARGET_PREFIX}.' and an operation's name")
        return find_operation(name), {}

    def read(self, request: HttpRequest, _in_path: Mapping[str, str]) -> Any:
        operation, _ = self.route(request)
        return scoped_members(request.path, operation, read_json_with_blob(request.body, "layerPartBlob"))

    def respond(self, output: Members, request: HttpRequest) -> tuple[HttpResponse, Members]:
        return _response(200, output, request), output

    def refuse(self, error: Exception, progress: edge.Progress[Members]) -> tuple[ErrorShape, HttpResponse]:
        declared = progress.operation.errors if progress.operation else frozenset()
        shape, body = error_body(error, declared)
        return shape, _response(shape.status, body, progress.request, {"x-amzn-ErrorType": shape.name})


def answer(request: HttpRequest, registry: Registry, ports: Ports) -> Answered:
    """Carry out one request; whatever goes wrong becomes a modelled error."""
    return edge.answer(_EcrProtocol(), request, registry, ports)


def _response(
    status: int, body: Members, request: HttpRequest, more_headers: dict[str, str] | None = None
) -> HttpResponse:
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request.request_id, **(more_headers or {})}
    return HttpResponse(status, json.dumps(body), headers)
