"""The direct upload API: routes, one request in, one answer out; operations.py has the operations."""

import json
import logging
import re
from collections.abc import Mapping

from moorage.domain.errors import InvalidParameterError, UnknownOperationError
from moorage.domain.registry import Registry
from moorage.usecases.ports import Ports
from moorage.wire import edge
from moorage.wire.direct.errors import direct_error
from moorage.wire.direct.operations import OPERATIONS, Answer
from moorage.wire.errors import ErrorShape
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.json_body import read_json_object
from moorage.wire.operation import Members, Operation
from moorage.wire.outcome import Answered
from moorage.wire.scoped_path import PREFIX, repository_in_path

ROUTES = (
    ("POST", re.compile(r"/direct-uploads"), "InitiateDirectUpload"),
    ("GET", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)"), "DescribeDirectUpload"),
    ("DELETE", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)"), "AbandonDirectUpload"),
    ("GET", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)/parts"), "ListDirectParts"),
    ("POST", re.compile(r"/direct-uploads/(?P<uploadId>[^/]+)/completion"), "CompleteDirectUpload"),
)
RETRY_AFTER_SECONDS = 1


class _DirectProtocol:
    """Implements WireProtocol."""

    log = logging.getLogger("moorage.direct")

    def identify(self, request: HttpRequest, _ports: Ports) -> HttpRequest:
        return request  # API Gateway has verified its signature

    def route(self, request: HttpRequest) -> tuple[Operation[Answer], Mapping[str, str]]:
        if request.method == "POST" and request.path.startswith(PREFIX):
            name = request.path.removeprefix(PREFIX).partition("/")[0]
            if name in OPERATIONS:
                return OPERATIONS[name], {}
        for method, pattern, operation in ROUTES:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return OPERATIONS[operation], match.groupdict()
        raise UnknownOperationError(f"{request.method} {request.path}")

    def read(self, request: HttpRequest, in_path: Mapping[str, str]) -> Members:
        members = read_json_object(request.body)
        if (repository := repository_in_path(request.path)) and members.get("repositoryName", repository) != repository:
            raise InvalidParameterError("path", "must name the repository that the body names")
        confined = {"repositoryName": repository} if repository else {}
        return {**members, **request.query, **in_path, **confined}

    def respond(self, output: Answer, request: HttpRequest) -> tuple[HttpResponse, Members | None]:
        status, members = output
        return _response(status, members, request), members

    def refuse(self, error: Exception, progress: edge.Progress[Answer]) -> tuple[ErrorShape, HttpResponse]:
        shape, body = direct_error(error)
        return shape, _response(shape.status, body, progress.request)


def answer(request: HttpRequest, registry: Registry, ports: Ports) -> Answered:
    """Carry out one request; whatever goes wrong becomes `{"code", "message"}`."""
    return edge.answer(_DirectProtocol(), request, registry, ports)


def _response(status: int, body: Members | None, request: HttpRequest) -> HttpResponse:
    headers = {"x-amzn-RequestId": request.request_id}
    if status == 201 and body:
        headers["Location"] = f"/direct-uploads/{body['uploadId']}"
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if body is None:
        return HttpResponse(status, "", headers)
    return HttpResponse(status, json.dumps(body), {"Content-Type": "application/json", **headers})
