"""Refused over the OCI API, nobody can tell "not there" from "not yours": same bytes, same headers, same AWS calls."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from moorage.domain.caller import Access, Scope
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.token import issue_token, sign_token
from moorage.usecases.ports.policies import NewPolicy
from moorage_local.stack.environment import REGISTRY_ID

from tests.support.callers import caller, owner
from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.documents import descriptor_of, image_document
from tests.support.oci.images import MANIFEST, manifest_of, put, put_blob
from tests.support.oci.registry import OciRegistry

LAYER = b"a layer\n"
ROLE = f"arn:aws:iam::{REGISTRY_ID}:role/team-a"
TEAM = f"arn:aws:sts::{REGISTRY_ID}:assumed-role/team-a/session"
STRANGER = "arn:aws:iam::999999999999:user/stranger"
DENIED, UNAUTHORIZED, NAME_UNKNOWN = (403, "DENIED"), (401, "UNAUTHORIZED"), (404, "NAME_UNKNOWN")

OPERATIONS: dict[str, tuple[str, str, bytes]] = {
    "GetBlob": ("GET", f"blobs/{digest_of(LAYER)}", b""),
    "GetBlobProperties": ("HEAD", f"blobs/{digest_of(LAYER)}", b""),
    "DeleteBlob": ("DELETE", f"blobs/{digest_of(LAYER)}", b""),
    "GetManifest": ("GET", "manifests/v1", b""),
    "GetManifestProperties": ("HEAD", "manifests/v1", b""),
    "PutManifest": ("PUT", "manifests/v2", image_document(descriptor_of(b"{}"))),
    "DeleteManifest": ("DELETE", "manifests/v1", b""),
    "ListTags": ("GET", "tags/list", b""),
    "ListReferrers": ("GET", f"referrers/{digest_of(LAYER)}", b""),
    "StartBlobUpload": ("POST", "blobs/uploads/", b""),
    "StartBlobUpload, whole": ("POST", f"blobs/uploads/?digest={digest_of(LAYER)}", LAYER),
    "StartBlobUpload, a mount": ("POST", f"blobs/uploads/?mount={digest_of(LAYER)}&from=not/there", b""),
}


@pytest.fixture
def filled(oci: OciRegistry, repository: str) -> str:
    """A repository with a layer and an image, which hides from the role."""
    put_blob(oci, repository, LAYER)
    assert put(oci, repository, "v1", manifest_of(oci, repository)).status == 201
    hide(oci, repository)
    return repository


def hide(oci: OciRegistry, name: str) -> None:
    found = oci.ports.repositories.get(RepositoryId(REGISTRY_ID, name))
    assert found is not None
    deny = {"Effect": "Deny", "Principal": {"AWS": ROLE}, "Action": "ecr:*"}
    policy = NewPolicy(text=json.dumps({"Statement": [deny]}), set_by="", set_at=0)
    oci.ports.policies.set_repository_policy(found, policy)


def token(oci: OciRegistry, arn: str, access: Access, pattern: str) -> dict[str, str]:
    issued = issue_token(caller(arn), Scope(access, pattern), oci.ports.now())
    return {"Authorization": f"Bearer {sign_token(issued, oci.ports.token_keys[0])}"}


Who = tuple[str, Callable[[OciRegistry], dict[str, str]], tuple[int, str]]
WHO: dict[str, Who] = {
    "a role that a policy denies": (TEAM, lambda _: {}, NAME_UNKNOWN),
    "its token": ("", lambda oci: token(oci, TEAM, Access.ADMINISTER, "*"), NAME_UNKNOWN),
    "another account": (STRANGER, lambda _: {}, DENIED),
    "another account's token": ("", lambda oci: token(oci, STRANGER, Access.ADMINISTER, "*"), DENIED),
    "nobody": ("", lambda _: {}, UNAUTHORIZED),
    "a token for other repositories": (
        "",
        lambda oci: token(oci, owner().arn, Access.PUSH, "elsewhere/*"),
        UNAUTHORIZED,
    ),
    "a token that is none": ("", lambda _: {"Authorization": "Bearer moorage1.a.b.c"}, UNAUTHORIZED),
}


def ask(oci: OciRegistry, who: str, name: str, operation: str) -> tuple[Any, ...]:
    """Status, body and headers with NAME for the repository's name, and the AWS calls."""
    arn, headers, _ = WHO[who]
    method, path, body = OPERATIONS[operation]
    sent = {**headers(oci), **({"Content-Type": MANIFEST} if method == "PUT" else {})}
    with oci.requests() as requests:
        answered: Answer = oci.ask_as(arn, method, f"/v2/{name}/{path}", body, **sent)
    named = {header: value.replace(name, "NAME") for header, value in answered.headers.items()}
    return answered.status, answered.text.replace(name, "NAME"), named, list(requests)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("who", WHO)
def test_not_there_and_not_yours_get_the_same_answer_for_the_same_calls(
    oci: OciRegistry, filled: str, who: str, operation: str
):
    missing = f"{filled[:-1]}{'a' if filled[-1] != 'a' else 'b'}"
    answers = [ask(oci, who, name, operation) for name in (filled, missing)]
    assert answers[0] == answers[1]
    status, body, *_ = answers[0]
    assert (status, json.loads(body)["errors"][0]["code"]) == WHO[who][2]


@pytest.mark.parametrize("who", ["a role that a policy denies", "its token"])
def test_a_mount_makes_the_same_calls_whether_the_source_is_hidden_or_missing_or_has_no_such_layer(
    oci: OciRegistry, filled: str, second: str, who: str
):
    arn, headers, _ = WHO[who]
    answers = []
    for source, digest in ((filled, digest_of(LAYER)), (filled, digest_of("no")), ("not/there", digest_of(LAYER))):
        path = f"/v2/{second}/blobs/uploads/?mount={digest}&from={source}"
        with oci.requests() as requests:
            answered = oci.ask_as(arn, "POST", path, **headers(oci))
        varying = {"location", "docker-upload-uuid"}
        kept = {name: value for name, value in answered.headers.items() if name not in varying}
        answers.append((answered.status, answered.body, kept, list(requests)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 202
