"""Scopes as clients write them ("Docker Registry token authentication: requesting a token").

    repository:team-a/web:pull           one repository, and what is to be done there: pull, push, delete or *
    registry:catalog:*                   the listing of repositories

A request may name several: by repeating the parameter, which API Gateway joins with commas, or with spaces (OAuth 2).
Scopes of other kinds are ignored, as the protocol requires: the token then has fewer scopes than requested.
"""

import re
from collections.abc import Iterable

from moorage.domain.caller import Access, Scope

_SCOPE = re.compile(r"[^\s,:]+:[^\s:]*:[^\s:,]*(?:,[^\s:,]+(?=[\s,]|$))*")
_CATALOG = Scope(Access.LIST, "*")


def read_scopes(text: str) -> tuple[Scope, ...]:
    """The scopes in the string, without repetitions."""
    asked = (_scope(*found.split(":")) for found in _SCOPE.findall(text))
    return tuple(dict.fromkeys(scope for scope in asked if scope))


def scope_text(access: Access, repository_name: str | None) -> str:
    """What a client has to ask for, as challenges name it."""
    if repository_name is None:
        return "registry:catalog:*" if access is Access.LIST else ""
    actions = {Access.PUSH: "pull,push", Access.ADMINISTER: "*"}.get(access, "pull")
    return f"repository:{repository_name}:{actions}"


def _scope(kind: str, name: str, actions: str) -> Scope | None:
    if (kind, name) == ("registry", "catalog"):
        return _CATALOG
    access = _access(actions.split(","))
    if kind != "repository" or access is None or not name or name.endswith("*"):
        return None
    return Scope(access, name)


def _access(actions: Iterable[str]) -> Access | None:
    known = {"pull": Access.PULL, "push": Access.PUSH, "delete": Access.ADMINISTER, "*": Access.ADMINISTER}
    wanted = [known[action] for action in actions if action in known]
    return max(wanted, key=list(Access).index) if wanted else None
