"""Amazon ECR's JSON 1.1 protocol: one request in, one answer out; the operations are in ecr_operations.py."""

import json
import logging
from typing import Any

from moorage.domain.errors import InvalidParameterError, MalformedRequestError, UnknownOperationError
from moorage.usecases.ports import Ports
from moorage.wire.ecr.errors import error_body
from moorage.wire.ecr.inputs import INPUTS
from moorage.wire.ecr.operations import OPERATIONS, Registry
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.outcome import Answered, report

TARGET_PREFIX = "AmazonEC2ContainerRegistry_V20150921"
CONTENT_TYPE = "application/x-amz-json-1.1"
_log = logging.getLogger("moorage.ecr")


def answer(request: HttpRequest, registry: Registry, ports: Ports) -> Answered:
    """Carry out one request; whatever goes wrong becomes a modelled error."""
    operation = "unknown"
    try:
        operation = _operation_of(request)
        members = INPUTS[operation].read(_json_object(request.body))
        output = OPERATIONS[operation](members, registry, ports)
    except Exception as error:  # noqa: BLE001 - the edge: a caller sees a modelled error, the log the rest
        shape, body = error_body(error, operation)
        report(_log, operation, error, shape)
        return Answered(operation, shape.name, _response(shape.status, body, request, shape.name))
    return Answered(operation, None, _response(200, output, request))


def _operation_of(request: HttpRequest) -> str:
    target = request.headers.get("x-amz-target", "")
    prefix, _, operation = target.rpartition(".")
    if prefix != TARGET_PREFIX or not operation:
        raise InvalidParameterError("X-Amz-Target", f"must be '{TARGET_PREFIX}.' and an operation's name")
    if operation not in OPERATIONS:
        raise UnknownOperationError(operation)
    return operation


def _json_object(body: str | bytes) -> Any:
    try:
        return json.loads(body or "{}")
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError(f"The body is not JSON: {error}") from error


def _response(status: int, body: dict[str, Any], request: HttpRequest, error_type: str | None = None) -> HttpResponse:
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request.request_id}
    if error_type:
        headers["x-amzn-ErrorType"] = error_type
    return HttpResponse(status, json.dumps(body), headers)
