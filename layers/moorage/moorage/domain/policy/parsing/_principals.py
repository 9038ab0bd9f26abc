"""`Principal` and `NotPrincipal`: accounts, users, roles, sessions, services, everyone."""

import re
from typing import Any

from moorage.domain.caller import Caller, CallerKind, parse_caller
from moorage.domain.policy.document import Principals
from moorage.domain.policy.parsing._reading import Node

_ACCOUNT = re.compile(r"[0-9]{12}")


def parse_principals(node: Node) -> Principals:
    """Read the element. Raises: InvalidParameterError."""
    if node.value == "*":
        return Principals(everyone=True)
    everyone = False
    found: dict[str, set[str]] = {"accounts": set(), "subjects": set(), "sessions": set()}
    for kind, member in node.members(("AWS", "Service")):
        for text in member.strings():
            if kind == "AWS" and text.value == "*":
                everyone = True
                continue
            place, name = _aws(text) if kind == "AWS" else _service(text)
            found[place].add(name)
    names: dict[str, Any] = {place: frozenset(group) for place, group in found.items()}
    return Principals(everyone=everyone, **names)


def _aws(text: Node) -> tuple[str, str]:
    value: str = text.value
    if _ACCOUNT.fullmatch(value):
        return "accounts", value
    caller = parse_caller(value) if "*" not in value and "?" not in value else None
    if caller is None or caller.kind is CallerKind.SERVICE:
        raise text.refused("must be '*', an account's id, or the ARN of a root user, user, role or session")
    return _place(caller)


def _place(caller: Caller) -> tuple[str, str]:
    if caller.kind is CallerKind.ROOT:
        return "accounts", caller.account
    if ":assumed-role/" in caller.arn:
        return "sessions", caller.arn
    return "subjects", caller.subject


def _service(text: Node) -> tuple[str, str]:
    caller = parse_caller(text.value)
    if caller is None or caller.kind is not CallerKind.SERVICE:
        raise text.refused("must be the name of an AWS service, such as 'lambda.amazonaws.com'")
    return "subjects", caller.subject
