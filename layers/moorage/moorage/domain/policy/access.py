"""Decides whether a request is allowed: by the scope of its token, then by policies, then by the caller's account.

1. Everything that the registry itself does (its stream, its schedule, its command line) is allowed.
2. A token allows the actions of its access, in the repositories of its scope, and nothing else.
3. An anonymous caller can be allowed to pull, and nothing else.
4. The root user of the registry's account may always read and change a repository's policy.
5. A Deny in the repository's or the registry's policy refuses.
6. Callers of the registry's own account are allowed; all others need an Allow.

IAM is asked before all of this, by API Gateway.
"""

from dataclasses import replace

from moorage.domain.caller import Access, Caller, CallerKind, Scope
from moorage.domain.policy.actions import ACTIONS, LIST, POLICY_ACTIONS, PULL, PUSH
from moorage.domain.policy.request import AccessRequest
from moorage.domain.repositories.repository import Repository, RepositoryId

REGISTRY_RESOURCE = "*"
"""The resource of an operation on the registry itself, as IAM writes it for such operations."""
UNSCOPED = Scope(Access.ADMINISTER, "*")
"""The scopes of a token that allows everything that its caller may do."""
_SCOPES = {Access.LIST: LIST, Access.PULL: PULL, Access.PUSH: PUSH, Access.ADMINISTER: ACTIONS}


def least_access(action: str) -> Access | None:
    """The access that a token needs for an action; None if it is not an action of ECR."""
    return next((access for access in Access if action in _SCOPES[access]), None)


def is_own(caller: Caller, registry_id: str) -> bool:
    """Whether the caller is a user or role of the account that has the registry."""
    return bool(caller.account) and caller.account == registry_id


def scope_allows(caller: Caller, action: str, repository_name: str) -> bool:
    """Whether the caller's token, if it came with one, covers the action."""
    scopes = caller.scopes
    return scopes is None or any(action in _SCOPES[each.access] and each.covers(repository_name) for each in scopes)


def may_ever(request: AccessRequest, action: str, repository: RepositoryId, registry_id: str) -> bool:
    """Whether any policy could allow the request: known before anything is read."""
    if request.call is None or request.continues:
        return True
    if not scope_allows(request.caller, action, repository.name) or repository.registry_id != registry_id:
        return False
    if request.repository not in ("", repository.name):
        return False
    return not request.caller.is_anonymous or action in PULL


def policies_allow(
    request: AccessRequest,
    action: str,
    repository: RepositoryId,
    found: Repository | None,
    now: float,
    *,
    policies: tuple[str, ...] = (),
) -> bool:
    """Rules 4 to 6. `policies` are the texts that apply where there is no repository."""
    call = request.call
    if call is None or request.continues:
        return True
    own = is_own(call.caller, repository.registry_id)
    if own and call.caller.kind is CallerKind.ROOT and action in POLICY_ACTIONS:
        return True
    texts, registry_id = found.policies if found else policies, repository.registry_id
    resource = call.registry.repository_arn(repository.name, registry_id)
    decided = _decide(texts, replace(request, action=action), resource, now, registry_id, found)
    return own if decided is None else decided


def registry_allows(request: AccessRequest, policy: str | None, now: float) -> bool:
    """Whether an operation on the registry itself is allowed: to its own account, unless its policy denies it.

    A signed caller of any account may ask for a token, which gives no more than the caller has.
    """
    call = request.call
    if call is None:
        return True
    registry_id = call.registry.registry_id
    may_ask = request.action == "ecr:GetAuthorizationToken" and not call.caller.is_anonymous
    if not (is_own(call.caller, registry_id) or may_ask):
        return False
    if call.caller.scopes is not None and UNSCOPED not in call.caller.scopes:
        return False
    decided = _decide((policy,) if policy else (), request, REGISTRY_RESOURCE, now, registry_id, None)
    return True if decided is None else decided


def _decide(
    policies: tuple[str, ...],
    request: AccessRequest,
    resource: str,
    now: float,
    registry_id: str,
    repository: Repository | None,
) -> bool | None:
    if request.action not in ACTIONS:
        return False  # no policy can name it
    if not policies:
        return None
    from moorage.domain.policy.decide import decide  # a process without policies starts without it (docs/adr/0013)

    return decide(policies, request, resource, now, registry_id, repository)
