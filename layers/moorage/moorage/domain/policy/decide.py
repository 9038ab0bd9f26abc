"""Decides a request by the texts of policies: what access.py imports with the first policy, since most have none."""

from moorage.domain.errors import InvalidParameterError
from moorage.domain.policy.context import context_of
from moorage.domain.policy.document import PolicyDocument
from moorage.domain.policy.evaluate_policy import Decision, PolicyRequest, evaluate_policies
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage.domain.policy.request import AccessRequest
from moorage.domain.repositories.repository import Repository


def decide(
    policies: tuple[str, ...],
    request: AccessRequest,
    resource: str,
    now: float,
    registry_id: str,
    repository: Repository | None,
) -> bool | None:
    """Whether the policies allow the request or deny it; None if no statement of them matches."""
    context = context_of(request, now, registry_id, repository)
    asked = PolicyRequest(caller=request.caller, action=request.action, resource=resource, context=context)
    documents: list[PolicyDocument] = []
    for text in policies:
        try:
            documents.append(parse_policy(text))
        except InvalidParameterError:
            return False  # written by a newer version: no element of it may be ignored
    decision = evaluate_policies(documents, asked)
    return None if decision is Decision.NONE else decision is Decision.ALLOW
