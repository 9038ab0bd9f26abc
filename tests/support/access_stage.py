"""The repositories and callers of the access model (tests/support/access_model.py), in a registry in memory."""

import json
from dataclasses import replace
from typing import Any

from moorage.domain.caller import ANONYMOUS, Access, Caller, Scope
from moorage.domain.registry import Registry
from moorage.domain.token import issue_token, sign_token
from moorage.usecases.ports.policies import NewPolicy
from moorage.wire.http import HttpRequest

from tests.support.access_model import DENIED_IN_NARROW, OBJECTS, Who
from tests.support.callers import caller
from tests.support.driver import requests
from tests.support.driver.transports import read_request
from tests.support.fakes.world import REGISTRY_ID, World

REGISTRY = Registry(REGISTRY_ID, "eu-west-1", "registry.example")
FOREIGN = "999999999999"
ROLE = f"arn:aws:iam::{REGISTRY_ID}:role/team-a"
PLACES = tuple(place for place in OBJECTS if place not in ("missing", "elsewhere"))
"""The repositories that exist in this registry."""


def policy_text(effect: str, actions: Any, principal: Any) -> str:
    """A policy of one statement."""
    return json.dumps({"Statement": [{"Effect": effect, "Principal": principal, "Action": actions}]})


POLICIES = {
    "public": policy_text("Allow", "ecr:*", "*"),
    "shared": policy_text("Allow", "ecr:*", {"AWS": FOREIGN}),
    "closed": policy_text("Deny", "ecr:*", {"AWS": ROLE}),
    "narrow": policy_text("Deny", [f"ecr:{name}" for name in sorted(DENIED_IN_NARROW)], {"AWS": ROLE}),
}


def made_world(**limits: Any) -> World:
    """A registry with the model's repositories, and their policies; all are empty."""
    world = World(**limits)
    for place in PLACES:
        repository = world.create(f"team-a/{place}")
        if place in POLICIES:
            policy = NewPolicy(text=POLICIES[place], set_by="", set_at=0)
            world.ports.policies.set_repository_policy(repository, policy)
    return world


def signer_of(who: Who) -> Caller:
    """The caller without its token."""
    if not who.account:
        return ANONYMOUS
    account = REGISTRY_ID if who.account == "own" else FOREIGN
    if who.is_role:
        return caller(f"arn:aws:sts::{account}:assumed-role/team-a/session")
    return caller(f"arn:aws:iam::{account}:{'root' if who.is_root else 'user/someone'}")


def scope_of(who: Who) -> Scope:
    """What the caller's token allows."""
    return Scope(Access(who.token), f"{who.below}*")


def caller_of(who: Who) -> Caller:
    """The caller, with the scope of its token."""
    found = signer_of(who)
    return replace(found, scopes=(scope_of(who),)) if who.token else found


def authorization_of(who: Who, world: World) -> dict[str, str]:
    """The header that brings the caller's token; nothing for a caller without one."""
    if not who.token:
        return {}
    token = issue_token(signer_of(who), scope_of(who), world.clock.now)
    return {"authorization": f"Bearer {sign_token(token, world.ports.token_keys[0])}"}


def oci_request(who: Who, world: World, method: str, path: str, body: bytes = b"", **headers: str) -> HttpRequest:
    """A request of the OCI API: a caller with a token sends it, all others are known to the entry point."""
    known = ANONYMOUS if who.token else signer_of(who)
    sent = headers | authorization_of(who, world)
    return read_request(requests.oci_request(method, path, body, **sent).by(known))
