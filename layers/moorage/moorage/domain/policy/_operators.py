"""The condition operators, one table.

Source: "IAM JSON policy elements: Condition operators" (IAM User Guide). BinaryEquals is missing: no key that can be
known here is binary. `Null` is not a comparison, so it is not in the table.
"""

import ipaddress
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moorage.domain.policy._patterns import ARN_PARTS, matches, matches_arn
from moorage.domain.policy.document import Operator

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_BOOLEANS = {"true": True, "false": False}


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError("must be a number")
    return float(text)


def _date(text: str) -> float:
    """Epoch seconds, or a date of ISO 8601; UTC where it names no zone."""
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise ValueError("must be a date of ISO 8601, or epoch seconds") from error


def _boolean(text: str) -> bool:
    if (found := _BOOLEANS.get(text.lower())) is None:
        raise ValueError("must be true or false")
    return found


def _address(text: str) -> Ip:
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def _network(text: str) -> Any:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError("must be an IP address, or a range in CIDR form") from error


def _arn_pattern(text: str) -> str:
    if not text.startswith("arn:") or len(text.split(":", ARN_PARTS - 1)) != ARN_PARTS:
        raise ValueError("must be an ARN of six parts; each part may hold wildcards")
    return text


def _glob(text: str, pattern: str) -> bool:
    return matches(pattern, text)


def _in_network(address: Ip, network: Any) -> bool:
    return address in network


def _pair(
    names: tuple[str, str], request: Callable[[str], Any], policy: Callable[[str], Any], compare: Callable[..., bool]
) -> list[Operator]:
    positive, negative = names
    return [
        Operator(positive, request, policy, compare),
        Operator(negative, request, policy, compare, negated=True),
    ]


def _ordered(family: str, read: Callable[[str], Any]) -> list[Operator]:
    return [
        *_pair((f"{family}Equals", f"{family}NotEquals"), read, read, operator.eq),
        Operator(f"{family}LessThan", read, read, operator.lt),
        Operator(f"{family}LessThanEquals", read, read, operator.le),
        Operator(f"{family}GreaterThan", read, read, operator.gt),
        Operator(f"{family}GreaterThanEquals", read, read, operator.ge),
    ]


FAMILIES: dict[str, list[Operator]] = {
    "String": [
        *_pair(("StringEquals", "StringNotEquals"), str, str, operator.eq),
        *_pair(("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"), str.lower, str.lower, operator.eq),
        *_pair(("StringLike", "StringNotLike"), str, str, _glob),
    ],
    "Arn": [
        *_pair(("ArnEquals", "ArnNotEquals"), str, _arn_pattern, matches_arn),
        *_pair(("ArnLike", "ArnNotLike"), str, _arn_pattern, matches_arn),
    ],
    "Numeric": _ordered("Numeric", _number),
    "Date": _ordered("Date", _date),
    "Bool": [Operator("Bool", _boolean, _boolean, operator.eq)],
    "Ip": _pair(("IpAddress", "NotIpAddress"), _address, _network, _in_network),
}
NULL = Operator("Null", _boolean, _boolean, operator.eq)
"""Compares whether the key is absent; evaluated apart."""

OPERATORS: dict[str, tuple[str, Operator]] = {
    one.name: (family, one) for family, operators in FAMILIES.items() for one in operators
}
