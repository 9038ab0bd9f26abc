"""Evaluates policies for a request.

1. A statement matches if its principals, actions, resources and all of its conditions match.
2. A condition that can't be decided never lets an Allow match, and never keeps a Deny from matching.
3. A Deny that matches decides, whatever the other statements are. An Allow that matches counts if no Deny does.

Source: "Policy evaluation logic" (IAM User Guide). The second rule is ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from moorage.domain.caller import Caller
from moorage.domain.policy._check_condition import Outcome, check_condition
from moorage.domain.policy._patterns import matches
from moorage.domain.policy.actions import ACTIONS
from moorage.domain.policy.document import Effect, PolicyDocument, Statement
from moorage.domain.policy.keys import Context


class Decision(StrEnum):
    """NONE: no statement matches the request."""

    ALLOW = "allow"
    DENY = "deny"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRequest:
    """`action` with its prefix (`ecr:PutImage`); `resource` is a repository's ARN, or `*` for the registry."""

    caller: Caller
    action: str
    resource: str
    context: Context = field(default_factory=Context)


def evaluate_policies(documents: Iterable[PolicyDocument], request: PolicyRequest) -> Decision:
    """An explicit deny in any document wins. An action that no policy can name is denied."""
    if request.action not in ACTIONS:
        return Decision.DENY
    effects = {
        statement.effect for document in documents for statement in document.statements if _applies(statement, request)
    }
    if Effect.DENY in effects:
        return Decision.DENY
    return Decision.ALLOW if effects else Decision.NONE


def _applies(statement: Statement, request: PolicyRequest) -> bool:
    if request.action not in statement.actions or not _names_caller(statement, request.caller):
        return False
    is_listed = any(matches(pattern, request.resource) for pattern in statement.resources)
    if is_listed == statement.excludes_resources:
        return False
    outcomes = {check_condition(condition, request.context) for condition in statement.conditions}
    if Outcome.NO in outcomes:
        return False
    return Outcome.UNKNOWN not in outcomes or statement.effect is Effect.DENY


def _names_caller(statement: Statement, caller: Caller) -> bool:
    if statement.excludes_principals:
        return not statement.principals.exempt(caller)
    return statement.principals.include(caller)
