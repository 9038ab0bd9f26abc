"""Who asks: passwords and tokens in the Authorization header (RFC 7617, RFC 6750).

    Authorization: Basic AWS:token             a token of GetAuthorizationToken, as `docker login` sends it
    Authorization: Bearer token                one of these, or one that /v2/token gave for it
    Authorization: Basic user:password         of an entry point that has other accounts
    Authorization: AWS4-HMAC-SHA256 …          verified by API Gateway, which tells whose it is; nobody's without that
    no header                                  whom the entry point knows; else the caller is anonymous

An empty name with an empty password counts as no credentials: some clients send them if they have none.
"""

import base64
from collections.abc import Callable
from dataclasses import replace

from moorage.domain.caller import Caller
from moorage.domain.errors import InvalidCredentialsError
from moorage.domain.token import TOKEN_USER, TokenError, verify_token
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpRequest

Accounts = Callable[[str, str], Caller | None]
"""The caller with this name and password; None if there is none."""


def no_accounts(_user: str, _password: str) -> Caller | None:
    """Of an entry point that takes tokens only."""
    return None


def identify(request: HttpRequest, ports: Ports, accounts: Accounts = no_accounts) -> HttpRequest:
    """The request with the caller of its Authorization header. Raises: InvalidCredentialsError."""
    header = request.headers.get("authorization", "")
    if not header:
        return request
    scheme, _, given = header.partition(" ")
    match scheme.lower():
        case "bearer":
            caller = caller_of_token(given.strip(), ports)
        case "basic":
            user, password = _pair(given.strip())
            if not user and not password:
                return request
            caller = caller_of_password(user, password, ports, accounts)
        case "aws4-hmac-sha256" if not request.caller.is_anonymous:
            return request
        case _:
            raise InvalidCredentialsError
    return replace(request, caller=caller)


def caller_of_password(user: str, password: str, ports: Ports, accounts: Accounts) -> Caller:
    """Whose password it is. Raises: InvalidCredentialsError."""
    if user == TOKEN_USER:
        return caller_of_token(password, ports)
    caller = accounts(user, password)
    if caller is None:
        raise InvalidCredentialsError
    return caller


def caller_of_token(text: str, ports: Ports) -> Caller:
    """Whom a token was given to, with its scopes. Raises: InvalidCredentialsError."""
    try:
        return verify_token(text, tuple(ports.token_keys), ports.now())
    except TokenError as error:
        if ports.refresh_token_keys():
            return caller_of_token(text, ports)
        raise InvalidCredentialsError from error


def _pair(given: str) -> tuple[str, str]:
    try:
        user, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError as error:
        raise InvalidCredentialsError from error
    if not colon:
        raise InvalidCredentialsError
    return user, password
