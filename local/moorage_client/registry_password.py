"""The password of docker's clients: a token of GetAuthorizationToken.

password = get_password("https://API.execute-api.eu-west-1.amazonaws.com", "pull/team-a/*")
"""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from moorage_client.signing import client_of_user

_SCOPE = re.compile(r"(pull|push)/[a-z0-9._/-]+\*?|(pull|push)/\*")


class ScopeError(ValueError):
    """The text is not a scope; the message shows valid ones."""


@dataclass(frozen=True, slots=True)
class Password:
    """`user` and `secret`, for any request to the registry's OCI API."""

    user: str
    secret: str = field(repr=False)


def get_password(endpoint: str, scope: str = "") -> Password:
    """A password for twelve hours, of boto3's usual credentials.

    `scope` is `pull/team-a/*` or `push/team-a/web`, for credentials that IAM lets have no other. An endpoint on this
    machine may be open: it is asked without a signature if there are no credentials.

    Raises: EndpointError, ScopeError, and botocore's errors.
    """
    if scope and not _SCOPE.fullmatch(scope):
        raise ScopeError(f"the scope {scope!r} is not valid: write pull/team-a/* or push/team-a/web")
    client = client_of_user(endpoint)
    client.meta.events.register("before-call.ecr.GetAuthorizationToken", _Scoped(scope))
    text = client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, secret = base64.b64decode(text).decode().partition(":")
    return Password(user, secret)


class _Scoped:
    """Puts the scope into the path, which IAM sees."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def __call__(self, params: dict[str, Any], **_: Any) -> None:
        if self._scope:
            path = f"/r/GetAuthorizationToken/{self._scope}"
            params |= {"url": params["url"].rstrip("/") + path, "url_path": path}
