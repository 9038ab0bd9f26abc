"""`POST /r/{operation}/{repository+}`: what IAM was asked about is what is done, or nothing is."""

import base64
import json
from typing import Any

import pytest
from moorage_local.stack.environment import REGISTRY_ID

from tests.support.driver.answers import Answer
from tests.support.driver.requests import ecr_request
from tests.support.ecr.registry import Registry


def token_of(answer: Answer) -> dict[str, Any]:
    (found,) = answer.json["authorizationData"]
    user, _, token = base64.b64decode(found["authorizationToken"]).decode().partition(":")
    assert user == "AWS"
    payload = token.split(".")[2]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def test_a_path_that_says_what_the_body_says_is_answered(registry: Registry, repository: str):
    arn = f"arn:aws:ecr:us-east-1:{REGISTRY_ID}:repository/{repository}"
    for operation, members in (
        ("InitiateLayerUpload", {"repositoryName": repository}),
        ("ListTagsForResource", {"resourceArn": arn}),
        ("DescribeRepositories", {"repositoryNames": [repository]}),
    ):
        assert registry.transport(ecr_request(operation, members, path=f"/r/{operation}/{repository}")).status == 200


@pytest.mark.parametrize(
    ("path", "operation", "members"),
    [
        ("/r/BatchGetImage/{0}", "DeleteRepository", {"repositoryName": "{0}"}),
        ("/r/DeleteRepository/team-b/web", "DeleteRepository", {"repositoryName": "{0}"}),
        ("/r/DeleteRepository/{0}/", "DeleteRepository", {"repositoryName": "{0}"}),
        ("/r/DeleteRepository//{0}", "DeleteRepository", {"repositoryName": "{0}"}),
        ("/r/DeleteRepository/x/../{0}", "DeleteRepository", {"repositoryName": "{0}"}),
        ("/r/DeleteRepository/%63ontract", "DeleteRepository", {"repositoryName": "contract"}),
        ("/r/DescribeRepositories/{0}", "DescribeRepositories", {}),
        ("/r/DescribeRepositories/{0}", "DescribeRepositories", {"repositoryNames": ["{0}", "other"]}),
        ("/r/DescribeRepositories/{0}", "DescribeRepositories", {"repositoryName": "{0}"}),
        ("/r/ListTagsForResource/{0}", "ListTagsForResource", {"repositoryName": "{0}", "resourceArn": "x"}),
        ("/r/PutRegistryPolicy/{0}", "PutRegistryPolicy", {"policyText": "{{}}", "repositoryName": "{0}"}),
        ("/r/DescribeRegistry", "DescribeRegistry", {}),
        ("/r/GetAuthorizationToken/administer/*", "GetAuthorizationToken", {}),
        ("/r/GetAuthorizationToken/pull/", "GetAuthorizationToken", {}),
        ("/r/GetAuthorizationToken/pull/team-a/../*", "GetAuthorizationToken", {}),
        ("/r/GetAuthorizationToken/pull/team-*/x", "GetAuthorizationToken", {}),
    ],
)
def test_a_path_that_says_something_else_is_refused_and_nothing_is_asked(
    registry: Registry, repository: str, path: str, operation: str, members: dict[str, Any]
):
    filled = json.loads(json.dumps(members).replace("{0}", repository))
    with registry.requests() as requests:
        answer = registry.transport(ecr_request(operation, filled, path=path.format(repository)))
    assert (answer.json["__type"], requests) == ("InvalidParameterException", [])


def test_a_token_has_the_scope_of_its_path_and_twelve_hours(registry: Registry):
    for path, scope in (
        ("/", ["administer", "*"]),
        ("/r/GetAuthorizationToken/pull/team-a/*", ["pull", "team-a/*"]),
        ("/r/GetAuthorizationToken/push/team-a/web", ["push", "team-a/web"]),
        ("/r/GetAuthorizationToken/pull/team-a/%2A", ["pull", "team-a/*"]),
    ):
        answer = registry.transport(ecr_request("GetAuthorizationToken", {}, path=path))
        claims = token_of(answer)
        assert claims["c"] == [scope]
        assert claims["e"] - claims["i"] == 12 * 3600
        assert claims["s"] == f"arn:aws:iam::{REGISTRY_ID}:user/owner"
        assert answer.json["authorizationData"][0]["expiresAt"] == claims["e"]


def test_boto3_gets_a_token(registry: Registry):
    (found,) = registry.ecr.get_authorization_token()["authorizationData"]
    assert found["proxyEndpoint"].startswith("https://")
