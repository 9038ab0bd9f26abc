"""The handler of GetAuthorizationToken."""

import base64

from moorage.domain.caller import Access, Call, Scope
from moorage.domain.policy.access import UNSCOPED
from moorage.domain.token import TOKEN_USER
from moorage.usecases.access.get_authorization_token import get_authorization_token
from moorage.usecases.ports import Ports
from moorage.wire.operation import Handler, Members
from moorage.wire.scoped_path import SCOPE


def _get_authorization_token(members: Members, call: Call, ports: Ports) -> Members:
    """`registryIds` is deprecated and has no effect: a token is for every registry that its caller may use."""
    access, pattern = members.get(SCOPE, (UNSCOPED.access, UNSCOPED.pattern))
    token = get_authorization_token(Scope(Access(access), pattern), ports)
    return {
        "authorizationData": [
            {
                "authorizationToken": base64.b64encode(f"{TOKEN_USER}:{token.text}".encode()).decode(),
                "expiresAt": token.expires_at,
                "proxyEndpoint": f"https://{call.registry.domain_name}",
            }
        ]
    }


HANDLERS: dict[str, Handler[Members]] = {"GetAuthorizationToken": _get_authorization_token}
