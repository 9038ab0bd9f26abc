"""Lifecycle policies through boto3, on the engines."""

import json

import pytest

from tests.support.ecr.registry import Registry

POLICY = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Keep ten images",
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
                "action": {"type": "expire"},
            }
        ]
    },
    indent=2,
)


def test_a_policy_is_put_read_and_deleted(registry: Registry, repository: str):
    put = registry.ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText=POLICY)
    owner = {"registryId": "000000000000", "repositoryName": repository}
    assert put.items() >= {**owner, "lifecyclePolicyText": POLICY}.items()
    assert registry.ecr.get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"] == POLICY
    assert registry.ecr.delete_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"] == POLICY
    for gone in (registry.ecr.get_lifecycle_policy, registry.ecr.delete_lifecycle_policy):
        with pytest.raises(registry.ecr.exceptions.LifecyclePolicyNotFoundException, match=repository):
            gone(repositoryName=repository)


def test_a_policy_that_breaks_the_grammar_is_refused_by_its_member(registry: Registry, repository: str):
    broken = POLICY.replace("imageCountMoreThan", "imageCountLessThan")
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match=r"rules\[0\].selection.countType"):
        registry.ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText=broken)
    with pytest.raises(registry.ecr.exceptions.LifecyclePolicyNotFoundException):
        registry.ecr.get_lifecycle_policy(repositoryName=repository)


def test_a_preview_of_an_empty_repository_is_complete_and_empty(registry: Registry, repository: str):
    with pytest.raises(registry.ecr.exceptions.LifecyclePolicyPreviewNotFoundException):
        registry.ecr.get_lifecycle_policy_preview(repositoryName=repository)
    with pytest.raises(registry.ecr.exceptions.LifecyclePolicyNotFoundException):
        registry.ecr.start_lifecycle_policy_preview(repositoryName=repository)
    started = registry.ecr.start_lifecycle_policy_preview(repositoryName=repository, lifecyclePolicyText=POLICY)
    assert started["status"] == "COMPLETE"
    preview = registry.ecr.get_lifecycle_policy_preview(repositoryName=repository)
    assert (preview["status"], preview["previewResults"]) == ("COMPLETE", [])
    assert preview["summary"] == {"expiringImageTotalCount": 0}


def test_an_unknown_repository_is_named(registry: Registry, repository: str):
    for ask in (
        registry.ecr.get_lifecycle_policy,
        registry.ecr.delete_lifecycle_policy,
        registry.ecr.start_lifecycle_policy_preview,
        registry.ecr.get_lifecycle_policy_preview,
    ):
        with pytest.raises(registry.ecr.exceptions.RepositoryNotFoundException, match=f"{repository}/absent"):
            ask(repositoryName=f"{repository}/absent")


def test_reading_takes_one_request_and_changing_two(registry: Registry, repository: str):
    for limit, ask in (
        (2, lambda: registry.ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText=POLICY)),
        (1, lambda: registry.ecr.get_lifecycle_policy(repositoryName=repository)),
        (4, lambda: registry.ecr.start_lifecycle_policy_preview(repositoryName=repository)),
        (1, lambda: registry.ecr.get_lifecycle_policy_preview(repositoryName=repository)),
        (2, lambda: registry.ecr.delete_lifecycle_policy(repositoryName=repository)),
    ):
        with registry.requests() as requests:
            ask()
        assert len(requests) <= limit, requests
