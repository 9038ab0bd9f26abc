"""Callers: what an ARN says of who asks, and what a scope covers."""

import pytest
from moorage.domain.caller import ANONYMOUS, Access, CallerKind, Scope, parse_caller

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ci"


@pytest.mark.parametrize(
    ("arn", "kind", "subject"),
    [
        (f"arn:aws:iam::{ACCOUNT}:root", CallerKind.ROOT, f"arn:aws:iam::{ACCOUNT}:root"),
        (f"arn:aws:iam::{ACCOUNT}:user/a/Ann", CallerKind.USER, f"arn:aws:iam::{ACCOUNT}:user/a/Ann"),
        (f"arn:aws:iam::{ACCOUNT}:role/service-role/ci", CallerKind.ROLE, ROLE),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/job-7", CallerKind.ROLE, ROLE),
        (f"arn:aws-cn:sts::{ACCOUNT}:assumed-role/ci/i", CallerKind.ROLE, f"arn:aws-cn:iam::{ACCOUNT}:role/ci"),
        (
            f"arn:aws:sts::{ACCOUNT}:federated-user/bo",
            CallerKind.FEDERATED,
            f"arn:aws:sts::{ACCOUNT}:federated-user/bo",
        ),
    ],
)
def test_an_arn_gives_kind_account_and_a_subject_that_outlives_the_session(arn: str, kind: CallerKind, subject: str):
    caller = parse_caller(arn)
    assert caller is not None
    assert (caller.kind, caller.account, caller.subject, caller.arn) == (kind, ACCOUNT, subject, arn)
    assert caller.name == arn


def test_a_service_is_a_caller_without_an_account():
    caller = parse_caller("lambda.amazonaws.com")
    assert caller is not None
    assert (caller.kind, caller.account) == (CallerKind.SERVICE, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        ACCOUNT,
        "arn:aws:iam::1:root",
        f"arn:aws:iam::{ACCOUNT}:root\n",
        f"arn:aws:iam::{ACCOUNT}:user",
        f"arn:aws:iam::{ACCOUNT}:user/",
        f"arn:aws:iam::{ACCOUNT}:assumed-role/ci/job",
        f"arn:aws:sts::{ACCOUNT}:role/ci",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/ci",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/a/b",
        f"arn:aws:iam::{ACCOUNT}:group/ops",
        f"arn:aws:s3:::{ACCOUNT}",
        f"arn:evil:iam::{ACCOUNT}:root",
        "amazonaws.com.evil.example",
    ],
)
def test_every_other_text_is_no_caller(text: str):
    assert parse_caller(text) is None


def test_the_anonymous_caller_has_no_arn_and_no_account():
    assert ANONYMOUS.is_anonymous
    assert (ANONYMOUS.arn, ANONYMOUS.account, ANONYMOUS.name) == ("", "", "anonymous")


@pytest.mark.parametrize(
    ("pattern", "name", "is_covered"),
    [
        ("team-a/app", "team-a/app", True),
        ("team-a/app", "team-a/app/x", False),
        ("team-a/app", "team-a/apple", False),
        ("team-a/*", "team-a/app", True),
        ("team-a/*", "team-a/app/x", True),
        ("team-a/*", "team-a", False),
        ("team-a/*", "team-ab/app", False),
        ("*", "team-a", True),
        ("", "team-a", False),
    ],
)
def test_a_scope_covers_one_name_or_those_that_begin_so(pattern: str, name: str, *, is_covered: bool):
    assert Scope(Access.PULL, pattern).covers(name) is is_covered


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("*", "team-a/*", "team-a/*"),
        ("team-a/*", "team-a/web*", "team-a/web*"),
        ("team-a/*", "team-a/web", "team-a/web"),
        ("team-a/*", "team-b/*", None),
        ("team-a/*", "team-a", None),
        ("web", "web", "web"),
        ("web", "web2", None),
        ("web*", "web", "web"),
    ],
)
def test_two_scopes_have_in_common_what_both_allow(one: str, other: str, common: str | None):
    wanted = Scope(Access.PULL, common) if common else None
    assert Scope(Access.PULL, one).within(Scope(Access.PUSH, other)) == wanted
    assert Scope(Access.PUSH, other).within(Scope(Access.PULL, one)) == wanted
