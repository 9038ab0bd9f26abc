"""The caller of a request, and the context that every operation gets.

How an ARN identifies its caller (IAM User Guide, "IAM identifiers" and "AWS JSON policy elements: Principal"):

    arn                                              kind        subject
    arn:aws:iam::111122223333:root                   root        the same
    arn:aws:iam::111122223333:user/path/name         user        the same
    arn:aws:iam::111122223333:role/path/name         role        arn:aws:iam::111122223333:role/name
    arn:aws:sts::111122223333:assumed-role/name/…    role        arn:aws:iam::111122223333:role/name
    arn:aws:sts::111122223333:federated-user/name    federated   the same
    name.amazonaws.com                               service     the same

The subject identifies the caller across sessions: all sessions of one role have the same subject. An assumed
role's ARN doesn't have the role's path, so a role's subject never has it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from moorage.domain.registry import Registry

_IAM_ARN = re.compile(r"arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):([!-~]+)")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")


class CallerKind(StrEnum):
    """The caller's type in IAM."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"
    FEDERATED = "federated"
    SERVICE = "service"
    ANONYMOUS = "anonymous"


class Access(StrEnum):
    """What a token allows in the repositories of its scope. Each value includes the values before it."""

    LIST = "list"
    """The names of repositories and of their tags."""
    PULL = "pull"
    PUSH = "push"
    ADMINISTER = "administer"
    """All repositories: the scope of a token from the route `POST /`, if IAM allows the caller to use it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`pattern` is one repository's name, or a prefix followed by `*`, which stands for every name that begins so."""

    access: Access
    pattern: str

    def covers(self, repository_name: str) -> bool:
        """Whether the repository is inside the scope."""
        if self.pattern.endswith("*"):
            return repository_name.startswith(self.pattern[:-1])
        return repository_name == self.pattern

    def within(self, other: "Scope") -> "Scope | None":
        """The intersection of both scopes; None if it is empty."""
        narrower = next((scope for scope, wider in ((self, other), (other, self)) if wider._contains(scope)), None)
        least = min(self.access, other.access, key=list(Access).index)
        return Scope(least, narrower.pattern) if narrower else None

    def _contains(self, other: "Scope") -> bool:
        if self.pattern.endswith("*"):
            return other.pattern.removesuffix("*").startswith(self.pattern[:-1])
        return self.pattern == other.pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`arn` is as IAM gives it, session included; `subject` is the same across sessions; both empty if anonymous.

    `scopes` are set where the caller came with a token: it allows nothing outside of them, and ends
    at `expires_at` (epoch seconds). `organization` is the id of the caller's AWS organization, where API Gateway tells
    it.
    """

    kind: CallerKind
    arn: str = ""
    account: str = ""
    subject: str = ""
    scopes: tuple[Scope, ...] | None = None
    expires_at: int = 0
    organization: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether the caller is unknown."""
        return self.kind is CallerKind.ANONYMOUS

    @property
    def name(self) -> str:
        """The caller's name in error messages and in the audit log."""
        return self.arn or "anonymous"

    @property
    def principals(self) -> tuple[str, ...]:
        """The names by which a list of principals may contain the caller."""
        return tuple(dict.fromkeys(name for name in (self.arn, self.subject) if name))


ANONYMOUS = Caller(kind=CallerKind.ANONYMOUS)


def parse_caller(arn: str, *, organization: str = "") -> Caller | None:
    """The caller of an IAM or STS ARN or a service's name; None for any other text."""
    if _SERVICE.fullmatch(arn):
        return Caller(kind=CallerKind.SERVICE, arn=arn, subject=arn)
    if not (matched := _IAM_ARN.fullmatch(arn)):
        return None
    partition, service, account, resource = matched.groups()
    if not (found := _kind_and_subject(partition, service, account, resource)):
        return None
    kind, subject = found
    return Caller(kind=kind, arn=arn, account=account, subject=subject, organization=organization)


def _kind_and_subject(partition: str, service: str, account: str, resource: str) -> tuple[CallerKind, str] | None:
    whole = f"arn:{partition}:{service}::{account}:{resource}"
    type_, _, rest = resource.partition("/")
    match service, type_, [name for name in rest.split("/") if name]:
        case "iam", "root", []:
            return CallerKind.ROOT, whole
        case "iam", "user", [*_, _]:
            return CallerKind.USER, whole
        case "iam", "role", [*_, name]:
            return CallerKind.ROLE, f"arn:{partition}:iam::{account}:role/{name}"
        case "sts", "assumed-role", [name, _]:
            return CallerKind.ROLE, f"arn:{partition}:iam::{account}:role/{name}"
        case "sts", "federated-user", [_]:
            return CallerKind.FEDERATED, whole
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The context of one request: the registry, the caller, and the source address.

    `over_tls` is None if it is not known whether the connection was encrypted.
    """

    registry: Registry
    caller: Caller = ANONYMOUS
    request_id: str = ""
    source_ip: str = ""
    user_agent: str = ""
    over_tls: bool | None = None
