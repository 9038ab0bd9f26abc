"""Every operation, as every kind of caller, on every kind of object, by every route, against a model of one page.

The routes of the OCI API are in oci/test_access_matrix.py.
"""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.ports.policies import NewPolicy
from moorage.wire.direct.protocol import answer as answer_direct
from moorage.wire.ecr.operations import HANDLERS, find_operation
from moorage.wire.ecr.protocol import answer
from moorage.wire.http import HttpRequest

from tests.support.access_model import (
    CALLERS,
    OBJECTS,
    Who,
    expected,
    expected_of_registry,
)
from tests.support.access_stage import FOREIGN, PLACES, REGISTRY, ROLE, caller_of, made_world, policy_text
from tests.support.driver.requests import direct_request, ecr_request
from tests.support.driver.transports import read_request
from tests.support.fakes.world import REGISTRY_ID
from tests.support.layers import digest_of
from tests.support.lifecycle import POLICY as LIFECYCLE

UPLOAD_ID = "00000000-0000-4000-8000-ffffffffffff"
MEMBERS: dict[str, Any] = {
    "appliedFor": ["CREATE_ON_PUSH"],
    "imageIds": [{"imageTag": "t"}],
    "imageManifest": json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": digest_of(b"config"),
                "size": 6,
            },
            "layers": [],
        }
    ),
    "imageScanningConfiguration": {"scanOnPush": True},
    "imageTagMutability": "MUTABLE",
    "layerDigest": digest_of(b""),
    "layerDigests": [digest_of(b"")],
    "layerPartBlob": "eA==",
    "lifecyclePolicyText": LIFECYCLE,
    "name": "BLOB_MOUNTING",
    "partFirstByte": 0,
    "partLastByte": 0,
    "policyText": json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": FOREIGN}, "Action": "ecr:*", "Resource": "*"}]}
    ),
    "prefix": "team-c",
    "principalArn": ROLE,
    "tagKeys": ["k"],
    "tags": [{"Key": "k", "Value": "v"}],
    "targetStorageClass": "ARCHIVE",
    "imageId": {"imageTag": "t"},
    "subjectId": {"imageDigest": digest_of(b"")},
    "uploadId": UPLOAD_ID,
    "value": "ENABLED",
}
ON_REPOSITORIES = sorted(name for name in HANDLERS if not find_operation(name).is_of_registry)
ON_THE_REGISTRY = sorted(name for name in HANDLERS if find_operation(name).is_of_registry)


def request_of(who: Who, method: str, path: str, body: Any = None, target: str = "") -> HttpRequest:
    if target:
        return read_request(ecr_request(target, body, path=path).by(caller_of(who)))
    return read_request(direct_request(method, path, body).by(caller_of(who)))


def members_of(operation: str, place: str) -> dict[str, Any]:
    registry_id = FOREIGN if place == "elsewhere" else REGISTRY_ID
    named = {
        **MEMBERS,
        "registryId": registry_id,
        "repositoryName": f"team-a/{place}",
        "repositoryNames": [f"team-a/{place}"],
        "resourceArn": REGISTRY.repository_arn(f"team-a/{place}", registry_id),
    }
    shape = find_operation(operation).input
    unknown = shape.required - named.keys()
    assert not unknown, f"say in MEMBERS what {operation} needs: {unknown}"
    wanted = shape.required | (shape.members.keys() & {"registryId", "repositoryNames"})
    return {name: named[name] for name in wanted}


def read(error: str | None, denied: str = "AccessDeniedException", missing: str = "RepositoryNotFoundException") -> str:
    return {denied: "denied", missing: "missing"}.get(error or "", "through")


@pytest.mark.parametrize("operation", [name for name in ON_REPOSITORIES if name != "CreateRepository"])
def test_an_operation_on_a_repository_agrees_with_the_model(operation: str):
    for who in CALLERS:
        for place in OBJECTS:
            wanted = expected(who, operation, place)
            for path in ("/", f"/r/{operation}/team-a/{place}"):
                sent = request_of(who, "POST", path, members_of(operation, place), operation)
                answered = answer(sent, REGISTRY, made_world().ports)
                assert read(answered.error) == wanted, (operation, who.name, place, path, answered.response.body)


@pytest.mark.parametrize("operation", ON_THE_REGISTRY)
def test_an_operation_on_the_registry_agrees_with_the_model(operation: str):
    for who in CALLERS:
        sent = request_of(who, "POST", "/", members_of(operation, "plain"), operation)
        answered = answer(sent, REGISTRY, made_world().ports)
        assert read(answered.error) == expected_of_registry(who, operation), (operation, who.name)


def test_the_direct_api_agrees_with_the_model():
    claim = {"layerDigest": digest_of(b"x"), "layerSize": 1}
    for who in CALLERS:
        for place in OBJECTS:
            registry_id = FOREIGN if place == "elsewhere" else REGISTRY_ID
            body = {**claim, "registryId": registry_id, "repositoryName": f"team-a/{place}"}
            wanted = expected(who, "InitiateLayerUpload", place)
            for path in ("/direct-uploads", f"/r/InitiateDirectUpload/team-a/{place}"):
                error = answer_direct(request_of(who, "POST", path, body), REGISTRY, made_world().ports).error
                assert read(error) == wanted, (who.name, place, path, error)


@pytest.mark.parametrize("operation", [name for name in ON_REPOSITORIES if name != "CreateRepository"])
def test_not_there_and_not_yours_are_the_same_bytes(operation: str):
    """To those who are refused in both: what differs is the name that they asked for."""
    for who in CALLERS:
        place = "closed" if who.is_role else "plain"
        if "through" in (expected(who, operation, place), expected(who, operation, "missing")):
            continue
        bodies = []
        for asked in (place, "missing"):
            sent = request_of(who, "POST", "/", members_of(operation, asked), operation)
            bodies.append(answer(sent, REGISTRY, made_world().ports).response.body.replace(asked, "NAME"))
        assert bodies[0] == bodies[1], (operation, who.name)


@pytest.mark.parametrize("who", CALLERS, ids=lambda who: who.name)
def test_creating_is_for_the_own_account_and_its_administrators_tokens(who: Who):
    body = {"repositoryName": "team-a/new"}
    error = answer(request_of(who, "POST", "/", body, "CreateRepository"), REGISTRY, made_world().ports).error
    allowed = who.account == "own" and who.token in ("", "administer")
    assert read(error) == ("through" if allowed else "denied")


@pytest.mark.parametrize("operation", sorted(HANDLERS))
def test_a_registry_that_denies_everything_lets_nobody_through(operation: str):
    world = made_world()
    deny = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:*", "Resource": "*"}]})
    world.ports.policies.put_registry_policy(REGISTRY_ID, NewPolicy(text=deny, set_by="", set_at=0))
    for who in CALLERS:
        if who.is_root and operation.endswith("RepositoryPolicy"):
            continue  # whoever locked the registry may still unlock its repositories
        sent = request_of(who, "POST", "/", members_of(operation, "public"), operation)
        assert read(answer(sent, REGISTRY, world.ports).error) in ("denied", "missing"), (operation, who.name)


def test_the_routes_that_name_no_repository_can_be_closed_to_all_but_administrators():
    world = made_world()
    limits = replace(world.ports.limits, administrators=frozenset({f"arn:aws:iam::{REGISTRY_ID}:user/someone"}))
    ports = replace(world.ports, limits=limits)
    body = {"repositoryNames": ["team-a/plain"]}
    role, administrator = Who("role", is_role=True), Who("administrator")
    for who, path, wanted in (
        (role, "/", "denied"),
        (role, "/r/DescribeRepositories/team-a/plain", "through"),
        (administrator, "/", "through"),
    ):
        sent = request_of(who, "POST", path, body, "DescribeRepositories")
        assert read(answer(sent, REGISTRY, ports).error) == wanted
    claim = {"repositoryName": "team-a/plain", "layerDigest": digest_of(b"x"), "layerSize": 1}
    assert read(answer_direct(request_of(role, "POST", "/direct-uploads", claim), REGISTRY, ports).error) == "denied"


@pytest.mark.parametrize("path", ["/r/DeleteRepository/team-a/plain", "/r/DescribeImages/team-a/public"])
def test_a_path_that_names_another_operation_or_repository_than_the_body_is_refused(path: str):
    """IAM was asked about the path."""
    sent = request_of(CALLERS[0], "POST", path, {"repositoryName": "team-a/plain"}, "DescribeImages")
    assert answer(sent, REGISTRY, made_world().ports).error == "InvalidParameterException"


@pytest.mark.parametrize(
    ("path", "is_mounted"), [("/direct-uploads", True), ("/r/InitiateDirectUpload/team-a/plain", False)]
)
def test_a_path_that_names_one_repository_reaches_no_other_by_a_mount(path: str, is_mounted: bool):
    world = made_world()
    world.pushed(b"a layer", "team-a/public")
    body = {"repositoryName": "team-a/plain", "layerDigest": digest_of(b"a layer"), "layerSize": 7}
    sent = request_of(CALLERS[0], "POST", path, {**body, "mountFrom": "team-a/public"})
    assert answer_direct(sent, REGISTRY, world.ports).error is None
    repository, digest = world.repository_id("team-a/plain"), Digest.of_hash(sha256(b"a layer").digest())
    assert (world.ports.catalog.look_up(repository, digest, Encryption()).layer is not None) is is_mounted


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_direct_upload_is_known_to_its_subject_only_and_within_the_scope_of_a_token(method: str):
    body = {"repositoryName": "team-a/plain", "layerDigest": digest_of(b"x"), "layerSize": 1}
    for who in CALLERS:
        world = made_world()
        begun = answer_direct(request_of(CALLERS[0], "POST", "/direct-uploads", body), REGISTRY, world.ports)
        path = f"/direct-uploads/{json.loads(begun.response.body)['uploadId']}"
        error = answer_direct(request_of(who, method, path), REGISTRY, world.ports).error
        is_own = who.account == "own" and not who.is_role and not who.is_root
        is_covered = expected(who, "UploadLayerPart", "plain") == "through"
        assert error == (None if is_own and is_covered else "UploadNotFoundException"), (who.name, error)


def test_a_listing_shows_what_its_caller_may_describe_and_is_no_operation_of_a_token_for_some_repositories():
    for who in CALLERS:
        answered = answer(request_of(who, "POST", "/", {}, "DescribeRepositories"), REGISTRY, made_world().ports)
        if who.token not in ("", "administer") or not who.account:
            assert read(answered.error) == "denied", who.name
            continue
        listed = json.loads(answered.response.body)["repositories"]
        names = {each["repositoryName"].removeprefix("team-a/") for each in listed}
        assert names == {place for place in PLACES if expected(who, "DescribeRepositories", place) == "through"}


def test_a_direct_upload_needs_the_right_to_send_parts():
    world = made_world()
    repository = world.ports.repositories.get(world.repository_id("team-a/plain"))
    assert repository is not None
    deny = NewPolicy(text=policy_text("Deny", "ecr:UploadLayerPart", {"AWS": ROLE}), set_by="", set_at=0)
    world.ports.policies.set_repository_policy(repository, deny)
    body = {"repositoryName": "team-a/plain", "layerDigest": digest_of(b"x"), "layerSize": 1}
    sent = request_of(Who("role", is_role=True), "POST", "/direct-uploads", body)
    assert read(answer_direct(sent, REGISTRY, world.ports).error) == "denied"
