"""Policy documents from their JSON. The same parser checks what callers set and reads what is evaluated.

It refuses everything that can't be evaluated in full, and names the place: a statement that is ignored could be
the Deny that somebody relies on.

Grammar: "Grammar of the IAM JSON policy language" (IAM User Guide).
"""

import re
from functools import lru_cache

from moorage.domain.policy._patterns import ARN_PARTS, matches
from moorage.domain.policy.actions import ACTIONS
from moorage.domain.policy.document import Effect, PolicyDocument, Statement
from moorage.domain.policy.parsing._conditions import parse_conditions
from moorage.domain.policy.parsing._principals import parse_principals
from moorage.domain.policy.parsing._reading import Node, read_json

VERSIONS = ("2012-10-17", "2008-10-17")
_STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
)  # fmt: skip
_ACTION = re.compile(r"\*|[eE][cC][rR]:[A-Za-z*?]+")


@lru_cache(maxsize=256)
def parse_policy(text: str, member: str = "policyText", *, needs_resource: bool = False) -> PolicyDocument:
    """Read a document. `member` begins the path in refusals.

    `needs_resource`: each statement of a registry's policy must name its repositories; a repository's policy is
    about that repository.
    Raises: InvalidParameterError.
    """
    document = dict(read_json(text, member).members(("Version", "Id", "Statement")))
    if "Version" in document and document["Version"].value not in VERSIONS:
        raise document["Version"].refused(f"must be one of {', '.join(VERSIONS)}")
    if "Id" in document and not isinstance(document["Id"].value, str):
        raise document["Id"].refused("must be a string")
    if "Statement" not in document:
        raise Node(f"{member}.Statement", None).refused("must be given")
    statements = document["Statement"].items()
    return PolicyDocument(tuple(_statement(node, needs_resource=needs_resource) for node in statements))


def _statement(node: Node, *, needs_resource: bool) -> Statement:
    members = dict(node.members(_STATEMENT))
    if "Sid" in members and not isinstance(members["Sid"].value, str):
        raise members["Sid"].refused("must be a string")
    effect = _effect(members.get("Effect", Node(f"{node.path}.Effect", None)))
    principals, excludes_principals = _one_of(node, members, "Principal", "NotPrincipal")
    if excludes_principals and effect is Effect.ALLOW:
        raise principals.refused("must not be used with Allow, which would allow everybody else, anonymous callers too")
    actions, excludes_actions = _one_of(node, members, "Action", "NotAction")
    covered = frozenset().union(*(_actions(item) for item in actions.strings()))
    resources: tuple[str, ...] = ("*",)
    excludes_resources = False
    if needs_resource or "Resource" in members or "NotResource" in members:
        named, excludes_resources = _one_of(node, members, "Resource", "NotResource")
        resources = tuple(_resource(item) for item in named.strings())
    return Statement(
        effect=effect,
        principals=parse_principals(principals),
        excludes_principals=excludes_principals,
        actions=ACTIONS - covered if excludes_actions else covered,
        resources=resources,
        excludes_resources=excludes_resources,
        conditions=parse_conditions(members["Condition"]) if "Condition" in members else (),
    )


def _one_of(node: Node, members: dict[str, Node], name: str, opposite: str) -> tuple[Node, bool]:
    """Exactly one of an element and its opposite, and whether it is the opposite."""
    if (name in members) == (opposite in members):
        raise node.refused(f"must have either {name} or {opposite}")
    return (members[name], False) if name in members else (members[opposite], True)


def _effect(node: Node) -> Effect:
    if node.value not in ("Allow", "Deny"):
        raise node.refused("must be Allow or Deny")
    return Effect(node.value)


def _actions(item: Node) -> frozenset[str]:
    """Every action that a pattern names; letters of any case, as in IAM."""
    if not _ACTION.fullmatch(item.value):
        raise item.refused("must be '*', or 'ecr:' and the name of an action, in which '*' and '?' may stand")
    pattern = item.value.lower()
    named = frozenset(action for action in ACTIONS if matches(pattern, action.lower()))
    if not named:
        raise item.refused("names no action of Amazon ECR")
    return named


def _resource(item: Node) -> str:
    text: str = item.value
    if "${" in text:
        raise item.refused("must not hold a policy variable")
    if text != "*" and (not text.startswith("arn:") or len(text.split(":", ARN_PARTS - 1)) != ARN_PARTS):
        raise item.refused("must be '*', or a repository's ARN, in which '*' and '?' may stand")
    return text
