"""Who may do what on the deployed stack: the policies of its outputs, as the emulator's IAM evaluates them.

IAM sees the path of a request, as API Gateway has it: stage, method, operation and repository.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator import Cloud, Stack, deploy
from tests.support.iam_users import User, new_user, put_policy, unscoped_ecr
from tests.support.images import manifest
from tests.support.lambda_build import Build
from tests.support.layers import digest_of, push

PLACEHOLDER = "team-a/"
"""The prefix in the policies of the outputs, which their descriptions tell the reader to replace."""
CONFIG, LAYER = b"{}", b"the layer of an image" * 1000


@dataclass(frozen=True)
class Team:
    """A prefix of its own, with an image in `repository`."""

    stack: Stack
    prefix: str

    @property
    def repository(self) -> str:
        return f"{self.prefix}web"

    def user(self, *policies: str) -> User:
        """A new user with these outputs of the stack as its policies."""
        return new_user(
            self.stack.cloud, *(self.stack.outputs[name].replace(PLACEHOLDER, self.prefix) for name in policies)
        )

    def client(self, *policies: str) -> Any:
        return self.stack.ecr(**self.user(*policies).credentials)


def make_team(stack: Stack) -> Team:
    team = Team(stack, f"team-{uuid.uuid4()}/")
    stack.ecr().create_repository(repositoryName=team.repository)
    push_image(stack.ecr(), team.repository)
    return team


@pytest.fixture(scope="module")
def team(deployed: Stack) -> Team:
    return make_team(deployed)


@pytest.fixture(scope="module")
def other(deployed: Stack) -> Team:
    return make_team(deployed)


@pytest.fixture(scope="module")
def closed(cloud: Cloud, build: Build) -> tuple[Team, User]:
    """A stack whose `POST /` is closed, and its only administrator."""
    administrator = new_user(cloud)
    stack = deploy(cloud, "moorage-closed", build.template_file, AdministratorArns=administrator.arn)
    put_policy(cloud, administrator, stack.outputs["AdministratorPolicy"])
    client = stack.ecr(**administrator.credentials)
    team = Team(stack, "team-a/")
    client.create_repository(repositoryName=team.repository)
    push_image(client, team.repository)
    return team, administrator


def push_image(client: Any, repository: str, tag: str = "v1") -> None:
    for content in (CONFIG, LAYER):
        checked = client.batch_check_layer_availability(repositoryName=repository, layerDigests=[digest_of(content)])
        if checked["layers"][0]["layerAvailability"] != "AVAILABLE":
            push(client, repository, content)
    client.put_image(repositoryName=repository, imageManifest=manifest(CONFIG, LAYER), imageTag=tag)


def pull(team: Team, client: Any, repository: str, tag: str = "v1") -> bytes:
    """The layer of an image, over the manifest and a download URL."""
    (image,) = client.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": tag}])["images"]
    digest = json.loads(image["imageManifest"])["layers"][0]["digest"]
    url = client.get_download_url_for_layer(repositoryName=repository, layerDigest=digest)["downloadUrl"]
    status, content = team.stack.cloud.send("GET", url)
    assert status == 200
    return content


def assert_iam_refuses(call: Any, **members: Any) -> None:
    """The refusal of API Gateway itself: 403 without an exception of ECR's."""
    with pytest.raises(ClientError) as refused:
        call(**members)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert "is not authorized to perform: execute-api:Invoke" in str(refused.value)


def test_a_reader_pulls_from_its_prefix(team: Team):
    client = team.client("ReaderPolicy")
    assert pull(team, client, team.repository) == LAYER
    assert client.list_images(repositoryName=team.repository)["imageIds"][0]["imageTag"] == "v1"


def test_a_reader_cannot_push(team: Team):
    client = team.client("ReaderPolicy")
    assert_iam_refuses(client.initiate_layer_upload, repositoryName=team.repository)
    assert_iam_refuses(client.put_image, repositoryName=team.repository, imageManifest=manifest(CONFIG, LAYER))
    assert_iam_refuses(client.delete_repository, repositoryName=team.repository, force=True)


def test_a_reader_sees_nothing_of_another_team(team: Team, other: Team):
    client = team.client("ReaderPolicy")
    for name in (other.repository, f"{other.prefix}absent", f"{team.prefix.rstrip('/')}-x/web"):
        assert_iam_refuses(client.batch_get_image, repositoryName=name, imageIds=[{"imageTag": "v1"}])
        assert_iam_refuses(client.get_download_url_for_layer, repositoryName=name, layerDigest=digest_of(LAYER))
        assert_iam_refuses(client.describe_repositories, repositoryNames=[name])


def test_a_reader_who_names_another_team_in_the_body_alone_is_refused(team: Team, other: Team):
    """IAM allows the path; the function compares it with the body."""
    client = team.client("ReaderPolicy")

    def keep_the_path(model: Any, params: dict[str, Any], **_: Any) -> None:
        params["body"] = params["body"].replace(team.repository.encode(), other.repository.encode())

    client.meta.events.register("before-call.ecr", keep_the_path)
    with pytest.raises(client.exceptions.InvalidParameterException, match="path"):
        client.batch_get_image(repositoryName=team.repository, imageIds=[{"imageTag": "v1"}])


@pytest.mark.parametrize("policies", [["ReaderPolicy"], ["ReaderPolicy", "PusherPolicy"]])
def test_reader_and_pusher_may_use_no_other_route(team: Team, policies: list[str]):
    user = team.user(*policies)
    assert_iam_refuses(team.stack.ecr(**user.credentials).describe_registry)
    assert_iam_refuses(unscoped_ecr(team.stack, user).list_images, repositoryName=team.repository)
    for method, path in (("POST", "/direct-uploads"), ("GET", "/v2/"), ("GET", f"/v2/{team.repository}/tags/list")):
        assert team.stack.request(method, path, user.key)[0] == 403


def test_a_pusher_pushes_to_its_prefix_and_to_no_other(team: Team, other: Team):
    client = team.client("ReaderPolicy", "PusherPolicy")
    push_image(client, team.repository, "pushed")
    assert pull(team, client, team.repository, "pushed") == LAYER
    assert_iam_refuses(client.initiate_layer_upload, repositoryName=other.repository)
    assert_iam_refuses(client.put_image, repositoryName=other.repository, imageManifest=manifest(CONFIG, LAYER))
    assert_iam_refuses(client.create_repository, repositoryName=f"{team.prefix}new")


def test_an_administrator_may_use_every_route(team: Team):
    user = team.user("AdministratorPolicy")
    client = unscoped_ecr(team.stack, user)
    assert client.describe_registry()["registryId"] == team.stack.outputs["RegistryId"]
    assert pull(team, client, team.repository) == LAYER
    assert team.stack.request("GET", "/v2/", user.key)[0] == 200


def test_a_closed_stack_leaves_the_routes_that_iam_cannot_restrict_to_its_administrators(closed: tuple[Team, User]):
    team, administrator = closed
    assert pull(team, unscoped_ecr(team.stack, administrator), team.repository) == LAYER
    everything = team.user("AdministratorPolicy")
    client = unscoped_ecr(team.stack, everything)
    for call, members in (
        (client.describe_registry, {}),
        (client.batch_get_image, {"repositoryName": team.repository, "imageIds": [{"imageTag": "v1"}]}),
    ):
        with pytest.raises(ClientError) as refused:
            call(**members)
        assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    upload = {"repositoryName": team.repository, "layerDigest": digest_of(LAYER), "layerSize": len(LAYER)}
    assert team.stack.request("POST", "/direct-uploads", everything.key, **upload)[0] == 403


def test_a_closed_stack_leaves_the_routes_of_repositories_to_iam(closed: tuple[Team, User]):
    team, _ = closed
    client = team.client("ReaderPolicy", "PusherPolicy")
    push_image(client, team.repository, "pushed")
    assert pull(team, client, team.repository, "pushed") == LAYER
    assert_iam_refuses(client.batch_get_image, repositoryName="team-b/web", imageIds=[{"imageTag": "v1"}])
