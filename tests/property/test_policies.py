"""Policies as a whole: what adding a statement can change, and that no document makes the parser fail otherwise."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.domain.caller import ANONYMOUS, parse_caller
from moorage.domain.errors import InvalidParameterError
from moorage.domain.policy._operators import OPERATORS
from moorage.domain.policy.actions import ACTIONS
from moorage.domain.policy.evaluate_policy import Decision, PolicyRequest, evaluate_policies
from moorage.domain.policy.keys import KINDS, Context
from moorage.domain.policy.parsing.parse_policy import parse_policy

ACCOUNTS = ["111122223333", "123456789012"]
ARN = f"arn:aws:ecr:eu-central-1:{ACCOUNTS[0]}:repository/"
CALLERS = [ANONYMOUS] + [
    caller
    for account in ACCOUNTS
    for kind in ("iam::{}:root", "iam::{}:user/ann", "sts::{}:assumed-role/ci/job")
    if (caller := parse_caller("arn:aws:" + kind.format(account)))
]
VALUES = {
    "Date": ["2026-01-01", "1700000000"],
    "Numeric": ["1", "1700000000.5"],
    "String": ["a", "*", "arn:aws:iam::*:role/ci"],
    "Arn": ["arn:aws:iam::*:role/ci", "arn:aws:iam::111122223333:*"],
    "Bool": [True, "false"],
    "Ip": ["10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32"],
}
REQUEST_VALUES = [
    "a",
    "10.1.2.3",
    "true",
    "2026-02-03T04:05:06Z",
    "arn:aws:iam::111122223333:role/ci",
    "",
    "1700000001",
]
PREFIXES, SUFFIXES = ["", "ForAnyValue:", "ForAllValues:"], ["", "IfExists"]

principals = st.one_of(
    st.just("*"),
    st.fixed_dictionaries(
        {"AWS": st.lists(st.sampled_from(["*", *ACCOUNTS, *(c.arn for c in CALLERS if c.arn)]), min_size=1, max_size=3)}
    ),
)
actions = st.lists(st.sampled_from(["*", "ecr:*", "ecr:Put*", *sorted(ACTIONS)]), min_size=1, max_size=3)
resources = st.lists(st.sampled_from(["*", f"{ARN}*", f"{ARN}team-a/*", f"{ARN}team-b/app"]), min_size=1, max_size=2)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    key = draw(st.sampled_from(sorted(KINDS)))
    family = draw(st.sampled_from(sorted(KINDS[key])))
    operator = draw(st.sampled_from([name for name, (kind, _) in OPERATORS.items() if kind == family]))
    prefix = draw(st.sampled_from(PREFIXES if key != "aws:tagkeys" else PREFIXES[1:]))
    values = draw(st.lists(st.sampled_from(VALUES[family]), min_size=1, max_size=2))
    return {prefix + operator + draw(st.sampled_from(SUFFIXES)): {key: values}}


@st.composite
def statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Deny")) -> dict[str, Any]:
    effect = draw(st.sampled_from(effects))
    negates = draw(st.booleans()) if effect == "Deny" else False
    statement: dict[str, Any] = {"Effect": effect, "NotPrincipal" if negates else "Principal": draw(principals)}
    statement[draw(st.sampled_from(["Action", "NotAction"]))] = draw(actions)
    if draw(st.booleans()):
        statement[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(resources)
    if draw(st.booleans()):
        statement["Condition"] = draw(conditions())
    return statement


requests = st.builds(
    PolicyRequest,
    caller=st.sampled_from(CALLERS),
    action=st.sampled_from([*sorted(ACTIONS), "ecr:Unheard"]),
    resource=st.sampled_from(["*", f"{ARN}team-a/app", f"{ARN}team-b/app"]),
    context=st.builds(
        Context,
        st.dictionaries(
            st.sampled_from(sorted(KINDS)), st.lists(st.sampled_from(REQUEST_VALUES), max_size=2).map(tuple), max_size=6
        ),
    ),
)


def decide(written: list[dict[str, Any]], request: PolicyRequest) -> Decision:
    return evaluate_policies([parse_policy(json.dumps({"Statement": written}))] if written else [], request)


@given(st.lists(statements(), max_size=3), statements(("Deny",)), requests)
def test_adding_a_deny_never_allows(written: list[dict[str, Any]], deny: dict[str, Any], request_: PolicyRequest):
    before, after = decide(written, request_), decide([*written, deny], request_)
    assert after in (before, Decision.DENY)


@given(st.lists(statements(), max_size=3), statements(("Allow",)), requests)
def test_adding_an_allow_never_denies(written: list[dict[str, Any]], allow: dict[str, Any], request_: PolicyRequest):
    before, after = decide(written, request_), decide([*written, allow], request_)
    assert after is before or (before, after) == (Decision.NONE, Decision.ALLOW)


@given(st.lists(statements(), min_size=1, max_size=4), requests, st.randoms())
def test_the_order_and_the_number_of_documents_have_no_meaning(
    written: list[dict[str, Any]], request_: PolicyRequest, random: Any
):
    shuffled = random.sample(written, len(written))
    apart = [parse_policy(json.dumps({"Statement": one})) for one in written]
    assert decide(written, request_) is decide(shuffled, request_) is evaluate_policies(apart, request_)


@given(st.lists(statements(), min_size=1, max_size=3), requests, st.sampled_from(sorted(KINDS)))
def test_knowing_less_of_a_request_never_allows_what_was_not_allowed(
    written: list[dict[str, Any]], request_: PolicyRequest, forgotten: str
):
    values = {key: value for key, value in request_.context.values.items() if key != forgotten}
    less = PolicyRequest(
        caller=request_.caller, action=request_.action, resource=request_.resource, context=Context(values)
    )
    if decide(written, less) is Decision.ALLOW:
        assert decide(written, request_) is Decision.ALLOW


words = st.sampled_from(
    ["Version", "Statement", "Effect", "Principal", "NotPrincipal", "Action", "Resource", "Condition", "AWS", "Allow",
     "Deny", "*", "ecr:*", "StringEquals", "Null", "IpAddress", "DateEquals", "aws:SourceIp", "aws:CurrentTime",
     "2012-10-17", "10.0.0.0/8", "${aws:x}", "ForAllValues:StringLike", "9999-12-31T23:59:59-23:59"]
)  # fmt: skip
texts = words | st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def parse_or_refuse(text: str) -> None:
    try:
        document = parse_policy(text)
    except InvalidParameterError as error:
        assert error.member.startswith("policyText")  # noqa: PT017 - the only error there may be
    else:
        evaluate_policies([document], PolicyRequest(caller=ANONYMOUS, action="ecr:PutImage", resource="*"))


@given(json_values)
def test_any_json_is_parsed_or_refused(value: Any):
    parse_or_refuse(json.dumps(value))


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_any_text_is_parsed_or_refused(text: str):
    parse_or_refuse(text)


@given(statements(), st.data())
def test_a_statement_with_any_one_place_changed_is_parsed_or_refused(statement: dict[str, Any], data: st.DataObject):
    name = data.draw(st.sampled_from(sorted(statement)))
    parse_or_refuse(json.dumps({"Statement": {**statement, name: data.draw(json_values)}}))
    if isinstance(statement[name], dict):
        inner = {key: data.draw(json_values) for key in statement[name]}
        parse_or_refuse(json.dumps({"Statement": {**statement, name: inner}}))


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "?" * 400, "*" * 400])
def test_a_pattern_made_to_be_slow_ends(pattern: str):
    text = json.dumps({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": f"{ARN}{pattern}"}})
    request = PolicyRequest(caller=ANONYMOUS, action="ecr:PutImage", resource=ARN + "a" * 256)
    assert evaluate_policies([parse_policy(text)], request) is not Decision.ALLOW
