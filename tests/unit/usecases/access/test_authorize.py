"""The gate on records in memory: who passes, and what a refusal says."""

import json
from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.caller import ANONYMOUS, Access, Call, Caller, Scope
from moorage.domain.errors import AccessDeniedError, MoorageError, RepositoryNotFoundError
from moorage.domain.policy.request import NOBODY, AccessRequest
from moorage.domain.registry import Registry
from moorage.usecases.access.authorize import authorize, authorize_new, authorize_registry, may
from moorage.usecases.ports import Ports
from moorage.usecases.ports.policies import NewPolicy
from moorage.usecases.repositories._find_or_create_repository import find_or_create_repository
from moorage.usecases.repositories._find_repository import find_repository

from tests.support.callers import caller, owner
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World

OWNER = owner(REGISTRY_ID)
ROOT = caller(f"arn:aws:iam::{REGISTRY_ID}:root")
STRANGER = caller("arn:aws:iam::999999999999:role/stranger")
PULL, PUSH = "ecr:BatchGetImage", "ecr:PutImage"


def asking(world: World, who: Caller, action: str = PULL, **more: Any) -> Ports:
    call = Call(registry=Registry(REGISTRY_ID, "eu-west-1", "registry.example"), caller=who, **more)
    return replace(world.ports, access=AccessRequest(call=call, action=action))


def set_policy(world: World, effect: str, actions: str, principal: Any = "*", **more: Any) -> None:
    text = json.dumps({"Statement": [{"Effect": effect, "Principal": principal, "Action": actions, **more}]})
    repository = world.ports.repositories.get(world.repository_id())
    assert repository is not None
    world.ports.policies.set_repository_policy(repository, NewPolicy(text=text, set_by="", set_at=0))


def outcome(world: World, who: Caller, action: str = PULL, name: str = REPOSITORY) -> str:
    try:
        find_repository(world.repository_id(name), asking(world, who, action))
    except MoorageError as refusal:
        return type(refusal).__name__
    return "allowed"


@pytest.fixture
def world() -> World:
    made = World()
    made.create()
    return made


def test_ports_of_which_nobody_said_who_asks_refuse(world: World):
    with pytest.raises(AccessDeniedError):
        find_repository(world.repository_id(), replace(world.ports, access=NOBODY))


def test_the_own_account_passes_and_others_do_not(world: World):
    assert [outcome(world, who) for who in (OWNER, ROOT, STRANGER, ANONYMOUS)] == [
        "allowed", "allowed", "AccessDeniedError", "AccessDeniedError",
    ]  # fmt: skip


def test_a_missing_repository_is_missing_to_its_account_only(world: World):
    assert outcome(world, OWNER, name="no/such") == "RepositoryNotFoundError"
    assert outcome(world, STRANGER, name="no/such") == "AccessDeniedError"


def test_what_may_not_be_described_is_missing(world: World):
    set_policy(world, "Deny", "ecr:*", {"AWS": OWNER.arn})
    assert outcome(world, OWNER) == "RepositoryNotFoundError"
    set_policy(world, "Deny", "ecr:Batch*", {"AWS": OWNER.arn})
    assert outcome(world, OWNER) == "AccessDeniedError"


def test_a_policy_that_cannot_be_read_refuses_all_but_the_root_user(world: World):
    repository = world.ports.repositories.get(world.repository_id())
    assert repository is not None
    broken = NewPolicy(text='{"Statement": "of another version"}', set_by="", set_at=0)
    world.ports.policies.set_repository_policy(repository, broken)
    assert outcome(world, OWNER) == "RepositoryNotFoundError"
    assert outcome(world, ROOT, "ecr:DeleteRepositoryPolicy") == "allowed"


@pytest.mark.parametrize(
    ("access", "pattern", "action", "allowed"),
    [
        (Access.PULL, "harbour/*", PULL, True),
        (Access.PULL, "harbour/*", PUSH, False),
        (Access.PUSH, "harbour/*", PUSH, True),
        (Access.PUSH, "harbour/*", "ecr:DeleteRepository", False),
        (Access.PUSH, "team-b/*", PUSH, False),
        (Access.PULL, "harbour/anchor2", PULL, False),
        (Access.ADMINISTER, "*", "ecr:DeleteRepository", True),
    ],
)
def test_a_token_allows_its_scope_only(world: World, access: Access, pattern: str, action: str, allowed: bool):
    holder = replace(OWNER, scopes=(Scope(access, pattern),))
    assert outcome(world, holder, action) == ("allowed" if allowed else "AccessDeniedError")


def test_a_deny_holds_for_tokens_too(world: World):
    set_policy(world, "Deny", PULL, {"AWS": OWNER.arn})
    holder = replace(OWNER, scopes=(Scope(Access.PULL, "*"),))
    assert outcome(world, holder) == "AccessDeniedError"


def test_everyone_may_pull_is_anonymous_pull_and_nothing_else(world: World):
    set_policy(world, "Allow", "ecr:*")
    assert outcome(world, ANONYMOUS) == "allowed"
    assert outcome(world, ANONYMOUS, PUSH) == "AccessDeniedError"
    assert outcome(world, STRANGER, PUSH) == "allowed"


def test_the_address_of_a_request_counts(world: World):
    set_policy(world, "Deny", PULL, Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    repository = world.ports.repositories.get(world.repository_id())
    assert repository is not None
    assert may(repository, asking(world, OWNER, source_ip="192.0.2.7"))
    assert not may(repository, asking(world, OWNER, source_ip="198.51.100.7"))
    assert not may(repository, asking(world, OWNER))


def test_the_registry_itself_is_for_its_account_and_unscoped_tokens(world: World):
    authorize_registry(asking(world, OWNER, "ecr:PutAccountSetting"))
    authorize_registry(asking(world, STRANGER, "ecr:GetAuthorizationToken"))
    scoped = replace(OWNER, scopes=(Scope(Access.PUSH, "*"),))
    for who in (STRANGER, ANONYMOUS, scoped):
        with pytest.raises(AccessDeniedError):
            authorize_registry(asking(world, who, "ecr:PutAccountSetting"))
    with pytest.raises(AccessDeniedError):
        authorize_registry(asking(world, ANONYMOUS, "ecr:GetAuthorizationToken"))


def test_an_allow_of_the_registry_opens_repositories_and_never_the_registry(world: World):
    text = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*", "Resource": "*"}]})
    world.ports.policies.put_registry_policy(REGISTRY_ID, NewPolicy(text=text, set_by="", set_at=0))
    assert outcome(world, STRANGER, PUSH) == "allowed"
    authorize_new(world.repository_id("new"), asking(world, STRANGER, "ecr:CreateRepository"))
    with pytest.raises(AccessDeniedError):
        authorize_registry(asking(world, STRANGER, "ecr:DeleteRegistryPolicy"))


def test_the_queue_acts_for_the_initiator_of_an_upload(world: World):
    set_policy(world, "Deny", "ecr:CompleteLayerUpload", {"AWS": OWNER.arn})
    access = AccessRequest(call=Call(registry=Registry(REGISTRY_ID, "eu-west-1", "r")), continues=True)
    acting = access.on_behalf_of(OWNER.subject)
    with pytest.raises(AccessDeniedError, match="user/owner"):
        find_repository(world.repository_id(), replace(world.ports, access=acting), "ecr:CompleteLayerUpload")
    with pytest.raises(RepositoryNotFoundError):
        find_repository(world.repository_id("no/such"), replace(world.ports, access=access))


def test_a_read_that_was_made_for_another_reason_is_not_authorized_beyond_the_scope_of_a_token(world: World):
    repository = world.ports.repositories.get(world.repository_id())
    scoped = replace(OWNER, scopes=(Scope(Access.PULL, "elsewhere/*"),))
    with pytest.raises(AccessDeniedError):
        authorize(world.repository_id(), repository, asking(world, scoped))


def test_a_push_creates_no_repository_where_the_registry_denies_its_creation():
    world = World(creates_on_push=True)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:CreateRepository", "Resource": "*"}
    policy = NewPolicy(text=json.dumps({"Statement": [deny]}), set_by="", set_at=0)
    world.ports.policies.put_registry_policy(REGISTRY_ID, policy)
    with pytest.raises(AccessDeniedError):
        find_or_create_repository(world.repository_id(), asking(world, OWNER, "ecr:InitiateLayerUpload"))
    assert world.ports.repositories.get(world.repository_id()) is None
