"""The route that IAM can restrict to one repository: `POST /r/{operation}/{repository+}`.

An IAM policy on `execute-api:Invoke` sees the path and nothing else. So the path counts only if it says the same as
`X-Amz-Target` and the body: a request that names one repository to IAM and another one to us is refused.

    POST /r/BatchGetImage/team-a/web                  the repository that the body names
    POST /r/InitiateDirectUpload/team-a/web           the same for direct uploads
    POST /r/GetAuthorizationToken/pull/team-a/*       a token for pulling from every repository below team-a/

Paths are compared as they arrived. A repository's name needs no percent-encoding, so one that has any is refused; the
`*` of a token's scope may arrive as `%2A`.
"""

import re
from typing import Any

from moorage.domain.errors import InvalidParameterError
from moorage.wire.operation import Members, Operation
from moorage.wire.shapes import ListShape, StringShape

PREFIX = "/r/"
SCOPE = "scope"
"""The member that holds access and pattern of a token's scope, which ECR's model does not have."""
SCOPE_SHAPE = ListShape(StringShape(), min=2, max=2)
_MEMBER = "path"
TOKEN_OPERATION = "GetAuthorizationToken"  # noqa: S105 - the name of an operation
_COMPONENT = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
_SCOPE = re.compile(rf"(pull|push)/((?:{_COMPONENT}/)*(?:{_COMPONENT}|\*|%2[Aa]))")
_ARN_REPOSITORY = ":repository/"


def scoped_members(path: str, operation: Operation[Members], members: Any) -> Any:
    """The members of a request, with what its path adds. Raises: InvalidParameterError if they do not say the same."""
    if not path.startswith(PREFIX):
        return members
    named, _, rest = path.removeprefix(PREFIX).partition("/")
    if named != operation.name:
        raise InvalidParameterError(_MEMBER, f"must name the operation of X-Amz-Target, {operation.name}")
    if operation.name == TOKEN_OPERATION:
        return {**(members if isinstance(members, dict) else {}), SCOPE: _scope(rest)}
    if rest != repository_of_members(operation, members):
        raise InvalidParameterError(_MEMBER, "must name the one repository that the body names")
    return members


def names_scope(path: str) -> bool:
    """Whether IAM, or a token's scope (`/v2/`), was asked about what the request touches."""
    return path.startswith((PREFIX, "/v2/")) or path == "/v2"


def repository_in_path(path: str) -> str:
    """The repository that the path confines a request to; empty where it names none."""
    operation, _, rest = path.removeprefix(PREFIX).partition("/")
    return rest if path.startswith(PREFIX) and operation != TOKEN_OPERATION else ""


def repository_of_members(operation: Operation[Members], members: Any) -> str | None:
    """The one repository that a request names, in a member that its operation reads; None for none, or several."""
    if not isinstance(members, dict):
        return None
    for member in ("repositoryName", "resourceArn", "repositoryNames"):
        if member in operation.input.members:
            return _named(member, members.get(member))
    return None


def _named(member: str, value: Any) -> str | None:
    if member == "repositoryNames":
        value = value[0] if isinstance(value, list) and len(value) == 1 else None
    if not isinstance(value, str):
        return None
    return (value.partition(_ARN_REPOSITORY)[2] if member == "resourceArn" else value) or None


def _scope(rest: str) -> list[str]:
    matched = _SCOPE.fullmatch(rest)
    if not matched:
        raise InvalidParameterError(_MEMBER, "must name pull or push, then a repository, or a prefix and '*'")
    return [matched[1], re.sub("%2[Aa]$", "*", matched[2])]
