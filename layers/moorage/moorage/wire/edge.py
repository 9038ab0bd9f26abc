"""Where a request becomes an answer, the same for every HTTP protocol: route, check, carry out, log.

A protocol implements three steps; whatever goes wrong in any of them becomes one of its errors.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from moorage.domain.caller import Call
from moorage.domain.policy.request import AccessRequest
from moorage.domain.registry import Registry
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.access.authorize import authorize_registry, authorize_unscoped, require_possible
from moorage.usecases.ports import Ports
from moorage.wire.errors import ErrorShape
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.operation import Members, Operation
from moorage.wire.outcome import Answered, is_refusal, log_refusal, log_success
from moorage.wire.scoped_path import names_scope, repository_in_path

OutputT = TypeVar("OutputT")
UNKNOWN = "unknown"


@dataclass(slots=True)
class Progress(Generic[OutputT]):
    """The state of a request: what its protocol and its log line need if it fails."""

    request: HttpRequest
    call: Call
    operation: Operation[OutputT] | None = None
    members: Members = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's name, for logs and metrics."""
        return self.operation.name if self.operation else UNKNOWN


class WireProtocol(Protocol[OutputT]):
    """What differs between protocols."""

    log: logging.Logger

    def identify(self, request: HttpRequest, ports: Ports) -> HttpRequest:
        """The request with its caller, where the protocol itself finds out who asks.

        Raises: InvalidCredentialsError.
        """

    def route(self, request: HttpRequest) -> tuple[Operation[OutputT], Mapping[str, str]]:
        """The operation that the request names, and the members that its path holds."""

    def read(self, request: HttpRequest, in_path: Mapping[str, str]) -> Any:
        """The request's members, not checked yet."""

    def respond(self, output: OutputT, request: HttpRequest) -> tuple[HttpResponse, Mapping[str, Any] | None]:
        """The answer, and its members for the log."""

    def refuse(self, error: Exception, progress: Progress[OutputT]) -> tuple[ErrorShape, HttpResponse]:
        """The answer to a request that failed with this error."""


def answer(protocol: WireProtocol[OutputT], request: HttpRequest, registry: Registry, ports: Ports) -> Answered:
    """Carry out one request; whatever goes wrong becomes an error of the protocol."""
    progress: Progress[OutputT] = Progress(request, request.call(registry))
    try:
        response = _carry_out(protocol, progress, ports)
    except Exception as error:  # noqa: BLE001 - the edge: a caller sees a modelled error, the log the rest
        shape, response = protocol.refuse(error, progress)
        log_refusal(protocol.log, progress.name, progress.call, error, shape, progress.members)
        return Answered(progress.name, shape.name, response, is_refusal(error, shape))
    return Answered(progress.name, None, response)


def _carry_out(protocol: WireProtocol[OutputT], progress: Progress[OutputT], ports: Ports) -> HttpResponse:
    progress.operation, in_path = protocol.route(progress.request)
    progress.members = dict(in_path)
    progress.request = protocol.identify(progress.request, ports)
    call = progress.call = progress.request.call(progress.call.registry)
    progress.members = progress.operation.input.read(protocol.read(progress.request, in_path))
    ports = replace(ports, access=_access(progress, progress.operation, call))
    if not names_scope(progress.request.path):
        authorize_unscoped(ports)
    if progress.operation.is_of_registry:
        authorize_registry(ports)
    if "repositoryName" in in_path:
        # Before a handler reads the body.
        require_possible(RepositoryId(call.registry.registry_id, in_path["repositoryName"]), ports)
    output = progress.operation.handler(progress.members, call, ports)
    response, answered = protocol.respond(output, progress.request)
    if progress.operation.is_change:
        log_success(protocol.log, progress.name, call, answered, progress.members)
    return response


def _access(progress: Progress[Any], operation: Operation[Any], call: Call) -> AccessRequest:
    members = progress.members
    return AccessRequest(
        call=call,
        action=operation.policy_action,
        tags=tuple((tag["Key"], tag["Value"]) for tag in members.get("tags", ())),
        tag_keys=tuple(members.get("tagKeys", ())),
        repository=repository_in_path(progress.request.path),
    )
