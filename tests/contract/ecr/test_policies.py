"""Policies over the ECR API: boto3 sets, reads and removes them, and every other operation obeys them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moorage_local.stack.environment import REGISTRY_ID

from tests.support.callers import caller
from tests.support.driver.transports import ecr_client
from tests.support.ecr.registry import Registry
from tests.support.layers import digest_of

TEAM = f"arn:aws:sts::{REGISTRY_ID}:assumed-role/team-a/session-1"
TEAM_AGAIN = f"arn:aws:sts::{REGISTRY_ID}:assumed-role/team-a/session-2"
OTHER_TEAM = f"arn:aws:sts::{REGISTRY_ID}:assumed-role/team-b/session"
STRANGER = "arn:aws:iam::999999999999:user/stranger"
LAYER = b"a layer\n"


def statement(effect: str, actions: str | list[str], principal: Any = "*", **more: Any) -> str:
    return json.dumps({"Statement": [{"Effect": effect, "Principal": principal, "Action": actions, **more}]})


def as_caller(registry: Registry, arn: str) -> Any:
    """boto3 as somebody else; an empty ARN is an anonymous caller."""
    return ecr_client(lambda sent: registry.transport(sent.by(caller(arn))))


def refused(ask: Any, **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        ask(**members)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


@pytest.fixture
def layer(registry: Registry, repository: str) -> str:
    return registry.push(repository, LAYER)


@pytest.fixture
def registry_policy(registry: Registry) -> Iterator[Any]:
    yield registry.ecr.put_registry_policy
    registry.ecr.delete_registry_policy()


def test_a_repositorys_policy_is_kept_as_it_was_given(registry: Registry, repository: str):
    text = statement("Allow", "ecr:BatchGetImage", {"AWS": "999999999999"})
    named = {"registryId": REGISTRY_ID, "repositoryName": repository}
    assert refused(registry.ecr.get_repository_policy, repositoryName=repository)[0] == (
        "RepositoryPolicyNotFoundException"
    )
    set_ = registry.ecr.set_repository_policy(repositoryName=repository, policyText=text)
    assert {name: set_[name] for name in (*named, "policyText")} == {**named, "policyText": text}
    assert registry.ecr.get_repository_policy(repositoryName=repository)["policyText"] == text
    assert registry.ecr.delete_repository_policy(repositoryName=repository)["policyText"] == text
    assert refused(registry.ecr.delete_repository_policy, repositoryName=repository)[0] == (
        "RepositoryPolicyNotFoundException"
    )


def test_the_registrys_policy_is_kept_as_it_was_given(registry: Registry):
    text = statement("Allow", "ecr:ReplicateImage", {"AWS": "999999999999"}, Resource="*")
    assert refused(registry.ecr.get_registry_policy)[0] == "RegistryPolicyNotFoundException"
    assert registry.ecr.put_registry_policy(policyText=text)["policyText"] == text
    assert registry.ecr.get_registry_policy()["policyText"] == text
    assert registry.ecr.delete_registry_policy()["policyText"] == text
    assert refused(registry.ecr.delete_registry_policy)[0] == "RegistryPolicyNotFoundException"


@pytest.mark.parametrize(
    "text", ["{", statement("Allow", "ecr:Nothing"), statement("Deny", "ecr:*", Condition={"Bool": {"aws:x": "true"}})]
)
def test_what_cannot_be_evaluated_is_refused_and_changes_nothing(registry: Registry, repository: str, text: str):
    code, message = refused(registry.ecr.set_repository_policy, repositoryName=repository, policyText=text)
    assert code == "InvalidParameterException"
    assert "policyText" in message
    assert refused(registry.ecr.get_repository_policy, repositoryName=repository)[0] == (
        "RepositoryPolicyNotFoundException"
    )


def test_a_policy_that_locks_its_setter_out_needs_force(registry: Registry, repository: str):
    text = statement("Deny", "ecr:SetRepositoryPolicy")
    code, message = refused(registry.ecr.set_repository_policy, repositoryName=repository, policyText=text)
    assert (code, "force" in message) == ("InvalidParameterException", True)
    registry.ecr.set_repository_policy(repositoryName=repository, policyText=text, force=True)
    assert refused(registry.ecr.set_repository_policy, repositoryName=repository, policyText=text)[0] == (
        "AccessDeniedException"
    )
    root = as_caller(registry, f"arn:aws:iam::{REGISTRY_ID}:root")
    root.delete_repository_policy(repositoryName=repository)


def test_a_deny_refuses_in_iams_words_and_costs_no_call(registry: Registry, repository: str, layer: str):
    role = f"arn:aws:iam::{REGISTRY_ID}:role/team-a"
    with registry.requests() as allowed:
        as_caller(registry, TEAM).batch_check_layer_availability(repositoryName=repository, layerDigests=[layer])
    text = statement("Deny", "ecr:BatchCheckLayerAvailability", {"AWS": role})
    registry.ecr.set_repository_policy(repositoryName=repository, policyText=text)
    with registry.requests() as denied:
        answer = refused(
            as_caller(registry, TEAM).batch_check_layer_availability, repositoryName=repository, layerDigests=[layer]
        )
    arn = f"arn:aws:ecr:us-east-1:{REGISTRY_ID}:repository/{repository}"
    assert answer == (
        "AccessDeniedException",
        f"User: {TEAM} is not authorized to perform: ecr:BatchCheckLayerAvailability on resource: {arn}",
    )
    assert denied == allowed[: len(denied)]
    as_caller(registry, OTHER_TEAM).batch_check_layer_availability(repositoryName=repository, layerDigests=[layer])


@pytest.mark.parametrize("arn", [STRANGER, ""])
def test_a_stranger_cannot_tell_a_repository_from_none(registry: Registry, repository: str, layer: str, arn: str):
    stranger = as_caller(registry, arn)
    answers = []
    for name in (repository, f"{repository[:-1]}z"):
        with registry.requests() as requests:
            code, message = refused(stranger.get_download_url_for_layer, repositoryName=name, layerDigest=layer)
        answers.append((code, message.replace(name, "NAME"), list(requests)))
    assert answers[0] == answers[1]
    assert answers[0][0] == "AccessDeniedException"


def test_a_hidden_repository_answers_as_a_missing_one(registry: Registry, repository: str, layer: str):
    """To a caller of the own account, who would be told that a repository is missing."""
    text = statement("Deny", "ecr:*", {"AWS": f"arn:aws:iam::{REGISTRY_ID}:role/team-a"})
    registry.ecr.set_repository_policy(repositoryName=repository, policyText=text)
    team = as_caller(registry, TEAM)
    answers = []
    for name in (repository, f"{repository[:-1]}z"):
        with registry.requests() as requests:
            code, message = refused(team.get_download_url_for_layer, repositoryName=name, layerDigest=layer)
        answers.append((code, message.replace(name, "NAME"), list(requests)))
    assert answers[0] == answers[1]
    assert answers[0][0] == "RepositoryNotFoundException"
    names = [
        each["repositoryName"]
        for page in team.get_paginator("describe_repositories").paginate()
        for each in page["repositories"]
    ]
    assert repository not in names


def test_another_account_needs_an_allow(registry: Registry, repository: str, layer: str):
    stranger = as_caller(registry, STRANGER)
    text = statement("Allow", "ecr:GetDownloadUrlForLayer", {"AWS": "999999999999"})
    registry.ecr.set_repository_policy(repositoryName=repository, policyText=text)
    stranger.get_download_url_for_layer(repositoryName=repository, layerDigest=layer)
    assert refused(stranger.initiate_layer_upload, repositoryName=repository)[0] == "AccessDeniedException"


def test_an_anonymous_caller_pulls_where_everyone_may_and_pushes_nowhere(
    registry: Registry, repository: str, layer: str
):
    anonymous = as_caller(registry, "")
    registry.ecr.set_repository_policy(repositoryName=repository, policyText=statement("Allow", "ecr:*"))
    anonymous.get_download_url_for_layer(repositoryName=repository, layerDigest=layer)
    for ask in (anonymous.initiate_layer_upload, anonymous.delete_repository, anonymous.get_repository_policy):
        assert refused(ask, repositoryName=repository)[0] == "AccessDeniedException"
    assert refused(anonymous.describe_registry)[0] == "AccessDeniedException"


def test_a_deny_of_the_registry_holds_in_every_repository(
    registry: Registry, repository: str, layer: str, registry_policy: Any
):
    role = f"arn:aws:iam::{REGISTRY_ID}:role/team-a"
    registry_policy(policyText=statement("Deny", ["ecr:Get*", "ecr:CreateRepository"], {"AWS": role}, Resource="*"))
    team = as_caller(registry, TEAM)
    for ask, members in (
        (team.get_download_url_for_layer, {"repositoryName": repository, "layerDigest": layer}),
        (team.create_repository, {"repositoryName": f"{repository}/new"}),
        (team.get_account_setting, {"name": "BLOB_MOUNTING"}),
    ):
        assert refused(ask, **members)[0] == "AccessDeniedException"
    team.initiate_layer_upload(repositoryName=repository)


def test_an_upload_belongs_to_the_role_that_began_it(registry: Registry, repository: str):
    upload_id = as_caller(registry, TEAM).initiate_layer_upload(repositoryName=repository)["uploadId"]
    part = {"partFirstByte": 0, "partLastByte": len(LAYER) - 1, "layerPartBlob": LAYER}
    thief = as_caller(registry, OTHER_TEAM)
    nowhere = "00000000-0000-4000-8000-000000000000"
    for ask, more in (
        (thief.upload_layer_part, part),
        (thief.complete_layer_upload, {"layerDigests": [digest_of(LAYER)]}),
    ):
        answers = []
        for id_ in (upload_id, nowhere):
            with registry.requests() as requests:
                code, message = refused(ask, repositoryName=repository, uploadId=id_, **more)
            answers.append((code, message.replace(id_, "ID"), list(requests)))
        assert answers[0] == answers[1]
        assert answers[0][0] == "UploadNotFoundException"
    again = as_caller(registry, TEAM_AGAIN)
    again.upload_layer_part(repositoryName=repository, uploadId=upload_id, **part)
    again.complete_layer_upload(repositoryName=repository, uploadId=upload_id, layerDigests=[digest_of(LAYER)])


def test_who_may_not_send_parts_has_none_accepted(registry: Registry, repository: str):
    role = f"arn:aws:iam::{REGISTRY_ID}:role/team-a"
    registry.ecr.set_repository_policy(
        repositoryName=repository, policyText=statement("Deny", "ecr:UploadLayerPart", {"AWS": role})
    )
    team = as_caller(registry, TEAM)
    upload_id = team.initiate_layer_upload(repositoryName=repository)["uploadId"]
    part = {"partFirstByte": 0, "partLastByte": len(LAYER) - 1, "layerPartBlob": LAYER}
    code, _ = refused(team.upload_layer_part, repositoryName=repository, uploadId=upload_id, **part)
    assert code == "AccessDeniedException"


def test_a_denied_completion_commits_nothing(registry: Registry, repository: str):
    team = as_caller(registry, TEAM)
    upload_id = team.initiate_layer_upload(repositoryName=repository)["uploadId"]
    part = {"partFirstByte": 0, "partLastByte": len(LAYER) - 1, "layerPartBlob": LAYER}
    team.upload_layer_part(repositoryName=repository, uploadId=upload_id, **part)
    role = f"arn:aws:iam::{REGISTRY_ID}:role/team-a"
    text = statement("Deny", "ecr:CompleteLayerUpload", {"AWS": role})
    registry.ecr.set_repository_policy(repositoryName=repository, policyText=text)
    members = {"repositoryName": repository, "uploadId": upload_id, "layerDigests": [digest_of(LAYER)]}
    assert refused(team.complete_layer_upload, **members)[0] == "AccessDeniedException"
    found = registry.ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[digest_of(LAYER)])
    assert found["layers"][0]["layerAvailability"] == "UNAVAILABLE"


def test_the_policy_of_a_creation_template_holds_from_the_start(registry: Registry, repository: str):
    prefix = f"{repository}-made"
    text = statement("Deny", "ecr:BatchCheckLayerAvailability", {"AWS": f"arn:aws:iam::{REGISTRY_ID}:role/team-a"})
    registry.ecr.create_repository_creation_template(
        prefix=prefix, appliedFor=["CREATE_ON_PUSH"], repositoryPolicy=text
    )
    team = as_caller(registry, TEAM)
    team.initiate_layer_upload(repositoryName=f"{prefix}/web")
    code, _ = refused(team.batch_check_layer_availability, repositoryName=f"{prefix}/web", layerDigests=["sha256:x"])
    assert code == "AccessDeniedException"
    bad = {"prefix": f"{prefix}2", "appliedFor": ["CREATE_ON_PUSH"], "repositoryPolicy": "{}"}
    code, message = refused(registry.ecr.create_repository_creation_template, **bad)
    assert (code, "repositoryPolicy" in message) == ("InvalidParameterException", True)
