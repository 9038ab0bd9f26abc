"""The challenge of a 401: where a client gets a token, and for what (RFC 6750, section 3; "token authentication").

The token's address is the one by which the client reached us, so that it also works behind a name that we do not know.
"""

import re

from moorage.domain.caller import Access, Call
from moorage.domain.errors import AccessDeniedError, InvalidCredentialsError
from moorage.domain.policy.access import least_access, scope_allows
from moorage.wire.edge import Progress
from moorage.wire.http import HttpRequest
from moorage.wire.oci._members import OciAnswer
from moorage.wire.oci.scopes import scope_text
from moorage.wire.oci.token import PATH

_NAME = re.compile(r"[a-z0-9._/-]{1,256}")
_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


def wants_other_credentials(error: Exception, progress: Progress[OciAnswer]) -> bool:
    """Whether a refusal is about the credentials: others may do, or a token with more scopes."""
    if isinstance(error, InvalidCredentialsError):
        return True
    caller = progress.call.caller
    is_bearer = progress.request.headers.get("authorization", "").lower().startswith("bearer ")
    return isinstance(error, AccessDeniedError) and (caller.is_anonymous or (is_bearer and not _is_covered(progress)))


def _is_covered(progress: Progress[OciAnswer]) -> bool:
    name = progress.members.get("repositoryName")
    if progress.operation is None or name is None:
        return bool(progress.call.caller.scopes)
    return scope_allows(progress.call.caller, progress.operation.policy_action, name)


def challenge(error: Exception, progress: Progress[OciAnswer]) -> str:
    """The value of WWW-Authenticate for such a refusal."""
    host = _host(progress.request, progress.call)
    scheme = progress.request.headers.get("x-forwarded-proto", "http")
    parts = {"realm": f"{'https' if scheme == 'https' else 'http'}://{host}{PATH}", "service": host}
    if progress.operation is not None and (scope := _scope(progress)):
        parts["scope"] = scope
    if isinstance(error, InvalidCredentialsError):
        parts["error"] = "invalid_token"
    elif progress.call.caller.scopes is not None:
        parts["error"] = "insufficient_scope"
    return "Bearer " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def _host(request: HttpRequest, call: Call) -> str:
    host = request.headers.get("host", "")
    return host if _HOST.fullmatch(host) else call.registry.domain_name


def _scope(progress: Progress[OciAnswer]) -> str:
    access = least_access(progress.operation.policy_action) if progress.operation else None
    name = progress.members.get("repositoryName")
    return "" if name and not _NAME.fullmatch(name) else scope_text(access or Access.ADMINISTER, name)
