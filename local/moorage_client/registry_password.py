"""The password of docker's clients: a token of GetAuthorizationToken.

password = get_password("https://API.execute-api.eu-west-1.amazonaws.com", "pull/team-a/*")
"""

import base64
import re
from dataclasses import dataclass
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from moorage_client.endpoint import is_loopback, parse_endpoint
from moorage_client.signing import ecr_client

_SCOPE = re.compile(r"(pull|push)/[a-z0-9._/-]+\*?|(pull|push)/\*")
_CONFIG = Config(connect_timeout=5, read_timeout=35, retries={"mode": "standard", "total_max_attempts": 3})


class ScopeError(ValueError):
    """The text is not a scope; the message shows valid ones."""


@dataclass(frozen=True, slots=True)
class Password:
    """`user` and `secret`, for any request to the registry's OCI API."""

    user: str
    secret: str

    def __repr__(self) -> str:
        return f"Password({self.user!r})"


def get_password(endpoint: str, scope: str = "") -> Password:
    """A password for twelve hours, of boto3's usual credentials.

    `scope` is `pull/team-a/*` or `push/team-a/web`, for credentials that IAM lets have no other. An endpoint on this
    machine may be open: it is asked without a signature if there are no credentials.

    Raises: EndpointError, ScopeError, and botocore's errors.
    """
    endpoint = parse_endpoint(endpoint)
    if scope and not _SCOPE.fullmatch(scope):
        raise ScopeError(f"the scope {scope!r} is not valid: write pull/team-a/* or push/team-a/web")
    config = _CONFIG
    options: dict[str, Any] = {}
    if is_loopback(endpoint):
        options["region_name"] = boto3.Session().region_name or "us-east-1"
        if boto3.Session().get_credentials() is None:
            config = config.merge(Config(signature_version=UNSIGNED))
    client = ecr_client(endpoint, config=config, **options)
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
