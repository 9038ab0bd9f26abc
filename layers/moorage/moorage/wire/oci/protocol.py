"""The OCI Distribution protocol: one request in, one answer out; the modules beside this one have the operations."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moorage.domain.caller import Call
from moorage.domain.errors import AccessDeniedError, InUseError, InvalidLayerPartError
from moorage.domain.registry import Registry
from moorage.usecases.ports import Ports
from moorage.wire import edge
from moorage.wire.errors import ErrorShape
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.oci import blobs, listings, manifests, referrers, token, uploads
from moorage.wire.oci._members import OciAnswer, read_members, shape
from moorage.wire.oci.challenge import challenge, wants_other_credentials
from moorage.wire.oci.credentials import Accounts, identify, no_accounts
from moorage.wire.oci.errors import oci_error
from moorage.wire.oci.routes import MethodNotAllowedError, find_route
from moorage.wire.operation import Members, Operation
from moorage.wire.outcome import Answered

RETRY_AFTER_SECONDS = 1


def _get_api_version(_members: Members, call: Call, ports: Ports) -> OciAnswer:
    """Clients ask for this first: a refusal tells them to send credentials, or how to get a token."""
    if call.caller.is_anonymous and call.caller.scopes is None:
        raise AccessDeniedError(call.caller.name, ports.access.action, "*")
    return OciAnswer(HttpResponse(200, "{}", {"Content-Type": "application/json"}))


OPERATIONS: Mapping[str, Operation[OciAnswer]] = {
    operation.name: operation
    for operation in (
        Operation("GetApiVersion", shape(), _get_api_version, frozenset()),
        *token.OPERATIONS,
        *blobs.OPERATIONS,
        *uploads.OPERATIONS,
        *manifests.OPERATIONS,
        *referrers.OPERATIONS,
        *listings.OPERATIONS,
    )
}


class _OciProtocol:
    """Implements WireProtocol, for a registry whose name clients know as `domain_name`."""

    log = logging.getLogger("moorage.oci")

    def __init__(self, domain_name: str, accounts: Accounts) -> None:
        self._domain_name = domain_name
        self._accounts = accounts

    def identify(self, request: HttpRequest, ports: Ports) -> HttpRequest:
        identified = identify(request, ports, self._accounts)
        if request.method == "POST" and request.path == token.PATH:
            return token.read_form(identified, ports, self._accounts)
        return identified

    def route(self, request: HttpRequest) -> tuple[Operation[OciAnswer], Mapping[str, str]]:
        name, in_path = find_route(request.method, request.path)
        return OPERATIONS[name], in_path

    def read(self, request: HttpRequest, in_path: Mapping[str, str]) -> Any:
        return read_members(request, dict(in_path))

    def respond(self, output: OciAnswer, request: HttpRequest) -> tuple[HttpResponse, Members | None]:
        headers = {**_COMMON, **self._namespace(request), **output.response.headers}
        return replace(output.response, headers=headers), output.members

    def refuse(self, error: Exception, progress: edge.Progress[OciAnswer]) -> tuple[ErrorShape, HttpResponse]:
        needs_credentials = wants_other_credentials(error, progress)
        shape_, body = oci_error(error, needs_credentials=needs_credentials)
        headers = {**_COMMON, **self._namespace(progress.request), **_headers_of(error)}
        headers["Content-Type"] = "application/json"
        if needs_credentials:
            headers["WWW-Authenticate"] = challenge(error, progress)
        if shape_.status == 429:
            headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return shape_, HttpResponse(shape_.status, json.dumps(body), headers)

    def _namespace(self, request: HttpRequest) -> dict[str, str]:
        """Confirms the namespace that a client asks for by `ns`, if it is this registry: it is a proxy of no other."""
        return {"OCI-Namespace": self._domain_name} if request.query.get("ns") == self._domain_name else {}


_COMMON = {"Docker-Distribution-API-Version": "registry/2.0"}


def _headers_of(error: Exception) -> dict[str, str]:
    match error:
        case InvalidLayerPartError(last_valid_byte=last):
            return {"Range": f"0-{max(last, 0)}"}
        case MethodNotAllowedError(allowed=allowed):
            return {"Allow": ", ".join(allowed)}
        case InUseError():
            return {"Allow": "GET, HEAD"}
        case _:
            return {}


def answer(request: HttpRequest, registry: Registry, ports: Ports, accounts: Accounts = no_accounts) -> Answered:
    """Carry out one request; whatever goes wrong becomes an error of the specification.

    `accounts` are those that the entry point has beside the tokens.
    """
    return edge.answer(_OciProtocol(registry.domain_name, accounts), request, registry, ports)
