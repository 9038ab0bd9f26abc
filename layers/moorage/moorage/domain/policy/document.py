"""A parsed policy document. All elements of it can be evaluated."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from moorage.domain.caller import Caller, CallerKind


class Effect(StrEnum):
    """The effect of a statement on the requests that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class Quantifier(StrEnum):
    """How a condition treats a key with several values."""

    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principals:
    """The principals of a statement. A subject is a user's ARN, or a role's without its path (domain/caller.py)."""

    everyone: bool = False
    accounts: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()

    def include(self, caller: Caller) -> bool:
        """Whether the caller is one of them; an account stands for all of its users and roles."""
        return self.everyone or self._names(caller) or (caller.account != "" and caller.account in self.accounts)

    def exempt(self, caller: Caller) -> bool:
        """Whether `NotPrincipal` leaves the caller out; an account stands for its root user alone, as in IAM."""
        is_named_root = caller.kind is CallerKind.ROOT and caller.account in self.accounts
        return self.everyone or self._names(caller) or is_named_root

    def _names(self, caller: Caller) -> bool:
        return not caller.is_anonymous and (caller.subject in self.subjects or caller.arn in self.sessions)


@dataclass(frozen=True, slots=True)
class Operator:
    """One condition operator. `compare(request value, policy value)` takes what `read` made of both.

    `read` raises ValueError if the string is not a valid value.
    """

    name: str
    read_request: Callable[[str], Any]
    read_policy: Callable[[str], Any]
    compare: Callable[[Any, Any], bool]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator on one key (in lower case), with the policy's values as the operator reads them."""

    operator: Operator
    key: str
    values: tuple[Any, ...]
    quantifier: Quantifier | None = None
    if_exists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`actions` holds every ECR action that the statement covers, whichever way the document says it."""

    effect: Effect
    principals: Principals
    excludes_principals: bool
    actions: frozenset[str]
    resources: tuple[str, ...]
    excludes_resources: bool = False
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """The statements of a document; their order has no meaning."""

    statements: tuple[Statement, ...]
