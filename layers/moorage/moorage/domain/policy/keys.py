"""The condition keys that are supported, and their values for one request.

Source: "AWS global condition context keys" (IAM User Guide) and the Service Authorization Reference for ECR.
Keys are compared without regard to case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS: Mapping[str, frozenset[str]] = {
    "aws:currenttime": frozenset({"Date"}),
    "aws:epochtime": frozenset({"Date", "Numeric"}),
    "aws:principalaccount": frozenset({"String"}),
    "aws:principalarn": frozenset({"Arn", "String"}),
    "aws:principalisawsservice": frozenset({"Bool"}),
    "aws:principalorgid": frozenset({"String"}),
    "aws:principaltype": frozenset({"String"}),
    "aws:requestedregion": frozenset({"String"}),
    "aws:resourceaccount": frozenset({"String"}),
    "aws:securetransport": frozenset({"Bool"}),
    "aws:sourceip": frozenset({"Ip"}),
    "aws:tagkeys": frozenset({"String"}),
    "aws:useragent": frozenset({"String"}),
    "aws:username": frozenset({"String"}),
}
TAG_PREFIXES = ("aws:requesttag/", "aws:resourcetag/", "ecr:resourcetag/")
SEVERAL_VALUES = frozenset({"aws:tagkeys"})
"""Keys that may have more than one value and so need ForAllValues or ForAnyValue."""


def kinds_of(key: str) -> frozenset[str] | None:
    """The families of operators that can be used on the key (in lower case); None if no request answers it."""
    is_tag = any(key.startswith(prefix) and key != prefix for prefix in TAG_PREFIXES)
    return frozenset({"String"}) if is_tag else KINDS.get(key)


@dataclass(frozen=True, slots=True)
class Context:
    """The values of condition keys. `values`: by key in lower case; an empty tuple means that the key is absent.

    `known_prefixes`: keys with these prefixes that are not in `values` are absent. Every other key is unknown.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known_prefixes: tuple[str, ...] = ()

    def get(self, key: str) -> tuple[str, ...] | None:
        """The key's values, none of them if it is absent; None if that is not known."""
        if key in self.values:
            return self.values[key]
        return () if self.known_prefixes and key.startswith(self.known_prefixes) else None
