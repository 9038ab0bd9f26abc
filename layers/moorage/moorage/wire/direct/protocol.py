"""The direct upload API: routes, one request in, one answer out; the operations are in direct_operations.py."""

import json
import logging
import re
from typing import Any

from moorage.domain.errors import MalformedRequestError, UnknownOperationError
from moorage.usecases.ports import Ports
from moorage.wire.direct.errors import direct_error
from moorage.wire.direct.operations import INPUTS, OPERATIONS
from moorage.wire.ecr.operations import Registry
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.outcome import Answered, report

ROUTES = (
    ("POST", re.compile(r"/direct-uploads"), "InitiateDirectUpload"),
    ("GET", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)"), "DescribeDirectUpload"),
    ("DELETE", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)"), "AbandonDirectUpload"),
    ("GET", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)/parts"), "ListDirectParts"),
    ("POST", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)/completion"), "CompleteDirectUpload"),
)
RETRY_AFTER_SECONDS = 1
_log = logging.getLogger("moorage.direct")


def answer(request: HttpRequest, registry: Registry, ports: Ports) -> Answered:
    """Carry out one request; whatever goes wrong becomes `{"code", "message"}`."""
    operation = "unknown"
    try:
        operation, in_path = _route(request)
        members = INPUTS[operation].read({**_json_object(request), **request.query, **in_path})
        status, output = OPERATIONS[operation](members, registry, ports)
    except Exception as error:  # noqa: BLE001 - the edge: a caller sees a modelled error, the log the rest
        shape, body = direct_error(error)
        report(_log, operation, error, shape)
        return Answered(operation, shape.name, _response(shape.status, body, request))
    return Answered(operation, None, _response(status, output, request))


def _route(request: HttpRequest) -> tuple[str, dict[str, str]]:
    for method, pattern, operation in ROUTES:
        match = pattern.fullmatch(request.path)
        if match and method == request.method:
            return operation, match.groupdict()
    raise UnknownOperationError(f"{request.method} {request.path}")


def _json_object(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or "{}")
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError(f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise MalformedRequestError("The body is not a JSON object")
    return body


def _response(status: int, body: dict[str, Any] | None, request: HttpRequest) -> HttpResponse:
    headers = {"x-amzn-RequestId": request.request_id}
    if status == 201 and body:
        headers["Location"] = f"/direct-uploads/{body['uploadId']}"
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if body is None:
        return HttpResponse(status, "", headers)
    return HttpResponse(status, json.dumps(body), {"Content-Type": "application/json", **headers})
