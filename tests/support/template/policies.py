"""What each function's role in template.yaml allows."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from tests.support.template.permissions import Permission
from tests.support.template.reading import read_template, text_of

OF_LAMBDA_ITSELF = {"Logs", "Traces", "Poll", "Stream", "Streams", "SetAside"}
"""Statements for what Lambda does in the function's name: logs, traces, its event source and the dead letters."""


def role_of(function: str) -> str:
    """The role of a function, by the name of the function's folder."""
    return "".join(word.title() for word in function.split("_")) + "Role"


ECR_API, DIRECT_API, OCI_API = role_of("ecr_api"), role_of("direct_api"), role_of("oci_api")
QUEUE, STREAM, APPLY_LIFECYCLE = role_of("complete_uploads"), role_of("registry_stream"), role_of("apply_lifecycle")
ROLES = (ECR_API, DIRECT_API, OCI_API, QUEUE, STREAM, APPLY_LIFECYCLE)


@cache
def allowed(role: str) -> frozenset[Permission]:
    """The permissions of a role; a resource may end in `*`."""
    statements = [
        statement
        for policy in read_template()["Resources"][role]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Sid"] not in OF_LAMBDA_ITSELF
    ]
    return frozenset(
        (action, text_of(resource).replace("${AWS::AccountId}", "000000000000"))
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    )


def not_allowed(role: str, needed: Iterable[Permission]) -> set[Permission]:
    """Those of the permissions that the role lacks."""
    return {call for call in needed if not any(covers(permission, call) for permission in allowed(role))}


def covers(permission: Permission, call: Permission) -> bool:
    """Whether a permission of a policy is one that a call needs."""
    (allowed_action, resources), (action, resource) = permission, call
    return allowed_action == action and (fnmatchcase(resource, resources) or resources.endswith(f":{resource}"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
