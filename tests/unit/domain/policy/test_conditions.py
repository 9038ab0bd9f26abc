"""Condition operators: AWS's documented examples, absent keys, unknown keys."""

import json
from typing import Any

import pytest
from moorage.domain.caller import ANONYMOUS
from moorage.domain.policy._operators import OPERATORS
from moorage.domain.policy.evaluate_policy import Decision, PolicyRequest, evaluate_policies
from moorage.domain.policy.keys import Context
from moorage.domain.policy.parsing.parse_policy import parse_policy

ROLE = "arn:aws:iam::111122223333:role/ci-main"


def decide(condition: Any, context: Context, effect: str = "Allow") -> Decision:
    statement = {"Effect": effect, "Principal": "*", "Action": "*", "Condition": condition}
    request = PolicyRequest(caller=ANONYMOUS, action="ecr:PutImage", resource="*", context=context)
    return evaluate_policies([parse_policy(json.dumps({"Statement": [statement]}))], request)


def holds(condition: Any, context: Context) -> bool:
    """Whether the condition holds; an Allow and a Deny have to agree, since everything is known."""
    allowed = decide(condition, context) is Decision.ALLOW
    assert (decide(condition, context, "Deny") is Decision.DENY) is allowed
    return allowed


def known(**values: str | tuple[str, ...]) -> Context:
    """Of keys with the prefix `aws:`; a tuple for several values, an empty one for an absent key."""
    return Context(
        {f"aws:{key}": (value,) if isinstance(value, str) else value for key, value in values.items()},
        ("aws:resourcetag/",),
    )


# Operator, key, policy's value, request's value, whether it holds. The User Guide's examples, on keys that we know.
TABLE: list[tuple[str, str, Any, str, bool]] = [
    ("StringEquals", "username", "john", "john", True),
    ("StringEquals", "username", "john", "John", False),
    ("StringEquals", "username", ["ann", "john"], "john", True),
    ("StringEquals", "username", "jo*", "john", False),
    ("StringNotEquals", "username", ["ann", "john"], "john", False),
    ("StringNotEquals", "username", ["ann", "bob"], "john", True),
    ("StringEqualsIgnoreCase", "username", "john", "John", True),
    ("StringNotEqualsIgnoreCase", "username", "JOHN", "John", False),
    ("StringLike", "username", "jo*", "john", True),
    ("StringLike", "username", "jo??", "john", True),
    ("StringLike", "username", "jo?", "john", False),
    ("StringLike", "username", "JO*", "john", False),
    ("StringNotLike", "username", ["a*", "b*"], "john", True),
    ("StringNotLike", "username", ["a*", "j*"], "john", False),
    ("NumericLessThanEquals", "epochtime", "10", "10", True),
    ("NumericLessThan", "epochtime", 10, "10", False),
    ("NumericEquals", "epochtime", "10.0", "10", True),
    ("NumericNotEquals", "epochtime", ["9", "11"], "10", True),
    ("NumericGreaterThan", "epochtime", "9.5", "10", True),
    ("NumericGreaterThanEquals", "epochtime", "11", "10", False),
    ("DateGreaterThan", "currenttime", "2026-07-01T00:00:00Z", "2026-07-01T00:00:01Z", True),
    ("DateGreaterThan", "currenttime", "2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z", False),
    ("DateLessThan", "currenttime", "2026-07-01", "2026-06-30T23:59:59Z", True),
    ("DateLessThan", "currenttime", "2026-07-01T02:00:00+02:00", "2026-06-30T23:59:59Z", True),
    ("DateEquals", "epochtime", "2026-07-01T00:00:00Z", "1782864000", True),
    ("DateNotEquals", "epochtime", "1782864000", "1782864000", False),
    ("DateLessThanEquals", "currenttime", "1782864000", "2026-07-01T00:00:00Z", True),
    ("DateGreaterThanEquals", "currenttime", "1782864001", "2026-07-01T00:00:00Z", False),
    ("Bool", "securetransport", "true", "true", True),
    ("Bool", "securetransport", False, "true", False),
    ("Bool", "securetransport", "FALSE", "false", True),
    ("IpAddress", "sourceip", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", "sourceip", "203.0.113.0/24", "203.0.114.9", False),
    ("IpAddress", "sourceip", ["203.0.113.9", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", True),
    ("NotIpAddress", "sourceip", ["192.0.2.0/24", "203.0.113.0/24"], "203.0.113.9", False),
    ("NotIpAddress", "sourceip", ["192.0.2.0/24", "203.0.113.0/24"], "198.51.100.1", True),
    ("ArnEquals", "principalarn", ROLE, ROLE, True),
    ("ArnEquals", "principalarn", "arn:aws:iam::*:role/ci-*", ROLE, True),
    ("ArnLike", "principalarn", "arn:aws:iam::111122223333:role/ci-????", ROLE, True),
    ("ArnNotLike", "principalarn", "arn:aws:iam::*:role/ci-*", ROLE, False),
    ("ArnNotEquals", "principalarn", "arn:aws:iam::999999999999:*", ROLE, True),
    ("StringLike", "principalarn", "arn:aws:*:role/ci-main", ROLE, True),
    ("StringEquals", "resourcetag/Team", "quay", "quay", True),
    ("ForAnyValue:StringEquals", "username", "john", "john", True),
    ("ForAllValues:StringNotLike", "username", "a*", "john", True),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "key", "value", "request_value", "expected"), TABLE)
def test_what_each_operator_compares(operator: str, key: str, value: Any, request_value: str, *, expected: bool):
    condition = {operator: {f"aws:{key}": value}}
    assert holds(condition, known(**{key.lower(): request_value})) is expected


def test_the_table_has_every_operator():
    assert {row[0].rpartition(":")[2] for row in TABLE} == set(OPERATORS)


def test_several_operators_and_keys_all_have_to_hold():
    condition = {
        "StringLike": {"aws:username": "j*", "aws:UserAgent": "boto*"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    good = {"username": "john", "useragent": "boto3", "securetransport": "true"}
    assert holds(condition, known(**good))
    for key in good:
        assert not holds(condition, known(**{**good, key: "false"}))


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringEqualsIfExists", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_an_absent_key_satisfies_what_is_negated_if_exists_and_for_all(operator: str, *, expected: bool):
    assert holds({operator: {"aws:PrincipalOrgID": "o-1"}}, known(principalorgid=())) is expected
    assert holds({operator: {"aws:ResourceTag/team": "quay"}}, known()) is expected


@pytest.mark.parametrize(("value", "expected"), [("true", False), (False, True), (["true", "false"], True)])
def test_null_tells_whether_a_key_is_there(value: Any, *, expected: bool):
    assert holds({"Null": {"aws:username": value}}, known(username="john")) is expected
    assert holds({"Null": {"aws:username": value}}, known(username=())) is not expected or value == ["true", "false"]


# Request's values, and whether ForAllValues and ForAnyValue hold of StringEquals [a, b] and of StringNotEquals [a, b].
@pytest.mark.parametrize(
    ("values", "all_equal", "any_equal", "all_differ", "any_differs"),
    [
        (("a",), True, True, False, False),
        (("a", "b"), True, True, False, False),
        (("a", "c"), False, True, False, True),
        (("c", "d"), False, False, True, True),
    ],
)
def test_quantifiers_look_at_every_value_of_the_request(
    values: tuple[str, ...], *, all_equal: bool, any_equal: bool, all_differ: bool, any_differs: bool
):
    results = [
        holds({f"{quantifier}:{operator}": {"aws:TagKeys": ["a", "b"]}}, known(tagkeys=values))
        for operator in ("StringEquals", "StringNotEquals")
        for quantifier in ("ForAllValues", "ForAnyValue")
    ]
    assert results == [all_equal, any_equal, all_differ, any_differs]


@pytest.mark.parametrize("prefix", ["", "ForAllValues:", "ForAnyValue:"])
@pytest.mark.parametrize(
    "operator", ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "StringNotLikeIfExists"]
)
def test_an_unknown_key_never_satisfies_an_allow_and_always_satisfies_a_deny(prefix: str, operator: str):
    condition = {prefix + operator: {"aws:PrincipalOrgID": "o-1"}}
    assert decide(condition, Context()) is Decision.NONE
    assert decide(condition, Context(), "Deny") is Decision.DENY


@pytest.mark.parametrize(
    ("condition", "context"),
    [
        ({"Null": {"aws:PrincipalOrgID": "true"}}, Context()),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, known(sourceip="somewhere")),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, known(sourceip="")),
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01"}}, known(currenttime="soon")),
        ({"StringEquals": {"aws:ResourceTag/team": "a"}}, Context({"aws:resourcetag/team": ("a", "a")})),
        ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}, known(tagkeys=())),
    ],
)
def test_so_does_a_key_whose_value_cannot_be_compared(condition: Any, context: Context):
    assert decide(condition, context) is Decision.NONE
    assert decide(condition, context, "Deny") is Decision.DENY


def test_a_deny_with_one_unknown_key_needs_its_other_conditions_all_the_same():
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:username": "john"}}
    assert decide(condition, known(username="john"), "Deny") is Decision.DENY
    assert decide(condition, known(username="ann"), "Deny") is Decision.NONE


def test_key_names_are_compared_without_regard_to_case():
    assert holds({"StringEquals": {"AWS:userNAME": "john"}}, known(username="john"))
