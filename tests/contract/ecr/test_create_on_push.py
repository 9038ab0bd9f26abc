"""Repositories that a push creates, through boto3 on the engines."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.ecr.registry import Registry
from tests.support.lifecycle import POLICY


@pytest.fixture
def prefix(registry: Registry) -> str:
    """A prefix with a template that only this test has."""
    name = f"pushed/{uuid.uuid4().hex}"
    registry.ecr.create_repository_creation_template(
        prefix=name,
        appliedFor=["CREATE_ON_PUSH"],
        imageTagMutability="IMMUTABLE",
        resourceTags=[{"Key": "team", "Value": "quay"}],
        lifecyclePolicy=POLICY,
    )
    return name


def test_a_push_creates_its_repository_with_the_templates_settings(registry: Registry, prefix: str):
    registry.push(f"{prefix}/web", b"a layer")
    (made,) = registry.ecr.describe_repositories(repositoryNames=[f"{prefix}/web"])["repositories"]
    assert made["imageTagMutability"] == "IMMUTABLE"
    tags = registry.ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"]
    assert tags == [{"Key": "team", "Value": "quay"}]
    assert registry.ecr.get_lifecycle_policy(repositoryName=f"{prefix}/web")["lifecyclePolicyText"] == POLICY


def test_reading_creates_nothing_and_neither_does_create_repository_use_a_template(registry: Registry, prefix: str):
    with pytest.raises(registry.ecr.exceptions.RepositoryNotFoundException):
        registry.ecr.batch_check_layer_availability(repositoryName=f"{prefix}/web", layerDigests=["sha256:00"])
    made = registry.ecr.create_repository(repositoryName=f"{prefix}/web")["repository"]
    assert made["imageTagMutability"] == "MUTABLE"


def test_rival_pushes_all_find_the_one_repository(registry: Registry, prefix: str):
    def initiate(_: int) -> str:
        return str(registry.ecr.initiate_layer_upload(repositoryName=f"{prefix}/web")["uploadId"])

    with ThreadPoolExecutor(8) as rivals:
        assert len(set(rivals.map(initiate, range(8)))) == 8


def test_creating_it_takes_three_requests_more(registry: Registry, prefix: str):
    with registry.requests() as requests:
        registry.ecr.initiate_layer_upload(repositoryName=f"{prefix}/web")
    assert requests[:4] == ["BatchGetItem", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    with registry.requests() as again:
        registry.ecr.initiate_layer_upload(repositoryName=f"{prefix}/web")
    assert again == [requests[0], *requests[4:]]
