"""Exchange a password for the token that clients of the OCI protocol send with their requests.

The new token allows what the client requests, if the password allows it. Policies are not evaluated here but for each
request, so a Deny that is set later also applies to existing tokens.
"""

from dataclasses import dataclass

from moorage.domain.caller import Scope
from moorage.domain.errors import InvalidParameterError
from moorage.domain.token import MAX_LENGTH, MAX_SCOPES, exchange_token, sign_token
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True)
class ExchangedToken:
    """`issued_at` is in epoch seconds."""

    text: str
    issued_at: int
    lifetime_seconds: int


def exchange(scopes: tuple[Scope, ...], ports: Ports) -> ExchangedToken:
    """A token for the caller, who may be anonymous.

    Raises: InvalidParameterError for more scopes than fit into a token.
    """
    if len(scopes) > MAX_SCOPES:
        raise InvalidParameterError("scope", f"must name {MAX_SCOPES} repositories or fewer")
    token = exchange_token(ports.access.caller, scopes, ports.now())
    text = sign_token(token, ports.token_keys[0])
    if len(text) > MAX_LENGTH:
        raise InvalidParameterError("scope", "must name fewer repositories")
    return ExchangedToken(text, token.issued_at, token.expires_at - token.issued_at)
