"""GetAuthorizationToken: a token that docker's clients send as a password for twelve hours."""

from dataclasses import dataclass

from moorage.domain.caller import Scope
from moorage.domain.errors import AccessDeniedError
from moorage.domain.token import issue_token, sign_token
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True)
class AuthorizationToken:
    """`expires_at` is in epoch seconds."""

    text: str
    expires_at: int


def get_authorization_token(scope: Scope, ports: Ports) -> AuthorizationToken:
    """Sign a token for the caller. It allows what the caller may do within the scope.

    Raises: AccessDeniedError for a caller that did not sign its request, or came with a token.
    """
    try:
        token = issue_token(ports.access.caller, scope, ports.now())
    except ValueError as error:
        raise AccessDeniedError(ports.access.caller.name, ports.access.action, "*") from error
    return AuthorizationToken(sign_token(token, ports.token_keys[0]), token.expires_at)
