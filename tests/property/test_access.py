"""Tokens and policies made of anything, through the entry points: nobody gets in by them, and nothing fails."""

import base64
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from moorage.domain.caller import ANONYMOUS, Access, Caller, Scope
from moorage.domain.errors import InvalidParameterError
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage.domain.registry import Registry
from moorage.domain.token import LIFETIME_SECONDS, MAX_SKEW_SECONDS, TokenKey, _signature, issue_token, sign_token
from moorage.usecases.ports.policies import NewPolicy

from tests.support.callers import caller, owner
from tests.support.driver.requests import ecr_request, oci_request
from tests.support.driver.transports import carried_out, to_ports
from tests.support.fakes.world import REGISTRY_ID, World

REGISTRY = Registry(REGISTRY_ID, "eu-west-1", "registry.example")
OWNER = owner(REGISTRY_ID)
STRANGER = caller("arn:aws:iam::999999999999:user/stranger")
NAME = "team-a/web"
WORLD = World()
REPOSITORY = WORLD.create(NAME)
KEY = WORLD.ports.token_keys[0]
TOKEN = sign_token(issue_token(OWNER, Scope(Access.ADMINISTER, "*"), WORLD.clock.now), KEY)
DEEP = "[" * 5000


send = to_ports(REGISTRY, WORLD.ports)


def statuses(known: Caller, **headers: str) -> set[int]:
    paths = (
        ("GET", "/v2/"),
        ("GET", f"/v2/{NAME}/tags/list"),
        ("POST", f"/v2/{NAME}/blobs/uploads/"),
        ("GET", "/v2/_catalog"),
    )
    return {send(oci_request(method, path, **headers).by(known)).status for method, path in paths}


def test_the_token_that_is_spoilt_here_is_good_as_it_is():
    assert statuses(ANONYMOUS, authorization=f"Bearer {TOKEN}") == {200, 202}


basic = st.binary(max_size=60).map(lambda raw: "Basic " + base64.b64encode(raw).decode())
spliced = st.builds(
    lambda start, length, text: f"Bearer {TOKEN[:start]}{text}{TOKEN[start + length :]}",
    st.integers(0, len(TOKEN)), st.integers(0, 9), st.text(max_size=9),
).filter(lambda header: header.removeprefix("Bearer").strip() != TOKEN)  # fmt: skip


@given(st.text(max_size=80) | st.text(max_size=80).map("Bearer {}".format) | basic | spliced)
@example("Bearer \ud800")
@example(f"Bearer {'.' * 9000}")
@example("Basic QVdTOg==")
def test_no_header_of_anything_lets_anybody_in(header: str):
    assert statuses(ANONYMOUS, authorization=header) == {401}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["pull", "*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
GOOD: dict[str, Any] = {
    "s": OWNER.arn, "o": "", "c": [["administer", "*"]], "i": int(WORLD.clock.now), "e": int(WORLD.clock.now) + 60,
}  # fmt: skip


def signed(payload: str, key: TokenKey = KEY) -> str:
    text = f"moorage1.{key.key_id}.{base64.urlsafe_b64encode(payload.encode()).rstrip(b'=').decode()}"
    return f"Bearer {text}.{_signature(text, key)}"


@given(st.sampled_from("soice"), json_values)
@example("c", [["administer", "*", "more"]])
@example("c", [[[], "*"]])
@example("e", 10**300)
@example("i", -(10**300))
def test_claims_of_anything_under_our_own_signature_never_fail(name: str, value: Any):
    """They may be of another version. What is not a claim of today's form lets nobody in."""
    header = signed(json.dumps({**GOOD, name: value}))
    assert statuses(ANONYMOUS, authorization=header) <= {200, 202, 401, 403}
    asked = oci_request("GET", f"/v2/{NAME}/tags/list", authorization=header).by(ANONYMOUS)
    if send(asked).status == 200:
        assert name != "s" or value == GOOD["s"]
        assert name != "e" or WORLD.clock.now < int(value) <= GOOD["i"] + LIFETIME_SECONDS
        assert name != "i" or GOOD["e"] - LIFETIME_SECONDS <= int(value) <= WORLD.clock.now + MAX_SKEW_SECONDS


@given(json_values.map(json.dumps) | st.text(max_size=40))
@example(DEEP)
@example("9" * 5000)
def test_any_payload_under_our_own_signature_is_refused(payload: str):
    assert statuses(ANONYMOUS, authorization=signed(payload)) == {401}


policy_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["Allow", "Deny", "*", "ecr:*", "AWS"])
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Version", "Statement", "Effect", "Principal", "Action", "NotAction", "Resource", "Condition", "AWS"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}
spoilt = st.builds(
    lambda name, value: {"Statement": [OPEN, {**OPEN, name: value}]}, st.sampled_from([*OPEN, "X"]), policy_values
)
texts = (policy_values | spoilt).map(json.dumps) | st.text(min_size=1, max_size=60)


@given(texts)
@example(DEEP)
@example("9" * 5000)
@example('{"Statement": [{"Effect": "Allow", "Principal": "\\ud800", "Action": "*"}]}')
def test_a_stored_policy_that_nobody_can_read_lets_nobody_in(text: str):
    """The owner neither: one of its statements could be the Deny that somebody relies on."""
    try:
        parse_policy(text)
    except InvalidParameterError:
        pass
    else:
        return
    found = WORLD.ports.repositories.get(REPOSITORY.id)
    assert found is not None
    assert WORLD.ports.policies.set_repository_policy(found, NewPolicy(text=text, set_by="", set_at=0))
    try:
        for known, wanted in ((OWNER, 404), (STRANGER, 403), (ANONYMOUS, 401)):
            assert send(oci_request("GET", f"/v2/{NAME}/tags/list").by(known)).status == wanted
    finally:
        stored = WORLD.ports.repositories.get(REPOSITORY.id)
        assert stored is not None
        WORLD.ports.policies.delete_repository_policy(stored)


@given(texts)
@example(DEEP)
def test_a_policy_of_anything_is_set_or_refused_by_name(text: str):
    world = World()
    world.create(NAME)
    for operation, members in (
        ("SetRepositoryPolicy", {"repositoryName": NAME, "policyText": text, "force": True}),
        ("PutRegistryPolicy", {"policyText": text}),
    ):
        answered = carried_out(ecr_request(operation, members).by(OWNER), REGISTRY, world.ports)
        assert answered.error in (None, "InvalidParameterException"), (operation, answered.response.body)
