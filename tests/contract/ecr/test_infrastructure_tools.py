"""The calls that Terraform and CloudFormation make for the resources of a repository, in their order.

From the sources of Terraform's provider for AWS (aws_ecr_repository, aws_ecr_repository_policy,
aws_ecr_lifecycle_policy) and the handlers of AWS::ECR::Repository. Both read a resource after each change, and compare.
"""

import json
import uuid
from typing import Any

import pytest

from tests.support.ecr.registry import Registry
from tests.support.lifecycle import POLICY

PULLERS = {"AWS": "arn:aws:iam::111122223333:root"}
ACCESS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "pull", "Effect": "Allow", "Principal": PULLERS, "Action": ["ecr:BatchGetImage"]}],
    }
)


@pytest.fixture
def name() -> str:
    """Of a repository that does not exist."""
    return f"tools/{uuid.uuid4().hex}"


def described(registry: Registry, name: str) -> dict[str, Any]:
    """What both tools read first."""
    (repository,) = registry.ecr.describe_repositories(repositoryNames=[name])["repositories"]
    return dict(repository)


def tags_of(registry: Registry, arn: str) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in registry.ecr.list_tags_for_resource(resourceArn=arn)["tags"]}


def test_terraform_creates_changes_and_destroys_its_resources(registry: Registry, name: str):
    ecr = registry.ecr
    # aws_ecr_repository: create, then read
    created = ecr.create_repository(
        repositoryName=name,
        imageTagMutability="MUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "AES256"},
        tags=[{"Key": "team", "Value": "quay"}],
    )["repository"]
    arn, registry_id = created["repositoryArn"], created["registryId"]
    assert described(registry, name) == created
    assert tags_of(registry, arn) == {"team": "quay"}
    # aws_ecr_repository_policy and aws_ecr_lifecycle_policy: create, then read
    ecr.set_repository_policy(repositoryName=name, policyText=ACCESS)
    assert json.loads(ecr.get_repository_policy(repositoryName=name)["policyText"]) == json.loads(ACCESS)
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=POLICY)
    stored = ecr.get_lifecycle_policy(repositoryName=name)
    assert json.loads(stored["lifecyclePolicyText"]) == json.loads(POLICY)
    # apply with changes: tags, scanning, mutability with filters
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "stage", "Value": "live"}])
    ecr.untag_resource(resourceArn=arn, tagKeys=["team"])
    ecr.put_image_scanning_configuration(
        registryId=registry_id, repositoryName=name, imageScanningConfiguration={"scanOnPush": False}
    )
    filters = [{"filter": "dev-*", "filterType": "WILDCARD"}]
    ecr.put_image_tag_mutability(
        registryId=registry_id,
        repositoryName=name,
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=filters,
    )
    changed = described(registry, name)
    assert changed["imageScanningConfiguration"] == {"scanOnPush": False}
    assert changed["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert changed["imageTagMutabilityExclusionFilters"] == filters
    assert tags_of(registry, arn) == {"stage": "live"}
    # destroy, in the order of dependencies; each deletion is then read until it is gone
    ecr.delete_lifecycle_policy(registryId=registry_id, repositoryName=name)
    ecr.delete_repository_policy(registryId=registry_id, repositoryName=name)
    ecr.delete_repository(registryId=registry_id, repositoryName=name, force=True)
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        described(registry, name)


def test_cloudformation_creates_reads_updates_and_deletes_a_repository(registry: Registry, name: str):
    ecr = registry.ecr
    created = ecr.create_repository(
        repositoryName=name, imageTagMutability="IMMUTABLE", tags=[{"Key": "aws-like", "Value": "x"}]
    )["repository"]
    # The read handler asks for what may not be there.
    assert described(registry, name) == created
    with pytest.raises(ecr.exceptions.LifecyclePolicyNotFoundException):
        ecr.get_lifecycle_policy(repositoryName=name, registryId=created["registryId"])
    with pytest.raises(ecr.exceptions.RepositoryPolicyNotFoundException):
        ecr.get_repository_policy(repositoryName=name, registryId=created["registryId"])
    assert tags_of(registry, created["repositoryArn"]) == {"aws-like": "x"}
    # update: the same calls again change nothing
    for _ in range(2):
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=POLICY)
        ecr.set_repository_policy(repositoryName=name, policyText=ACCESS)
        ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="MUTABLE")
    assert described(registry, name)["imageTagMutability"] == "MUTABLE"
    # a second create of the same name, and the delete handler, which may run twice
    with pytest.raises(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName=name)
    ecr.delete_repository(repositoryName=name)
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.delete_repository(repositoryName=name)
