"""`/v2/token`: a client's password in exchange for a token with the scopes that it needs.

    GET  /v2/token?service=…&scope=repository:team-a/web:pull     credentials in the Authorization header
    POST /v2/token, a form                                        grant_type=password, username, password, scope

Without credentials the token is for an anonymous caller, who may pull what is public.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

from moorage.domain.caller import Call
from moorage.domain.errors import InvalidParameterError, MalformedRequestError
from moorage.usecases.access.exchange_token import exchange
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.oci._members import OciAnswer, shape
from moorage.wire.oci.credentials import Accounts, caller_of_password
from moorage.wire.oci.scopes import read_scopes
from moorage.wire.operation import Members, Operation

PATH = "/v2/token"
MAX_FORM_BYTES = 64 * 1024


def read_form(request: HttpRequest, ports: Ports, accounts: Accounts) -> HttpRequest:
    """A POST as the GET that would ask for the same, with the caller whose password its form has.

    Raises: MalformedRequestError, InvalidParameterError, InvalidCredentialsError.
    """
    form = _form(request)
    if form.get("grant_type", "password") != "password":
        raise InvalidParameterError("grant_type", "must be 'password'")
    user, password = form.pop("username", ""), form.pop("password", "")
    caller = caller_of_password(user, password, ports, accounts) if user or password else request.caller
    return replace(request, query={**request.query, **form}, caller=caller, raw_body="", stream=())


def _form(request: HttpRequest) -> dict[str, str]:
    content = bytearray()
    for chunk in request.chunks():
        content += chunk
        if len(content) > MAX_FORM_BYTES:
            raise MalformedRequestError(f"A form must have {MAX_FORM_BYTES} bytes or fewer")
    try:
        return {name: " ".join(values) for name, values in parse_qs(content.decode()).items()}
    except ValueError as error:
        raise MalformedRequestError("The body is not a form") from error


def _get_token(members: Members, _call: Call, ports: Ports) -> OciAnswer:
    token = exchange(read_scopes(members.get("scope", "")), ports)
    body = {
        "token": token.text,
        "access_token": token.text,
        "expires_in": token.lifetime_seconds,
        "issued_at": datetime.fromtimestamp(token.issued_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return OciAnswer(HttpResponse(200, json.dumps(body), headers))


OPERATIONS = (Operation("GetToken", shape(optional=("scope",)), _get_token, frozenset(), "ecr:GetAuthorizationToken"),)
