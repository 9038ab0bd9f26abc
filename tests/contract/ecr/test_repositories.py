"""Repositories through boto3: created, listed page by page, deleted."""

import time

import pytest
from botocore.exceptions import ClientError

from tests.support.ecr.registry import Registry
from tests.support.layers import digest_of
from tests.support.lifecycle import POLICY


def test_a_repository_answers_what_the_model_says_of_it(registry: Registry, repository: str):
    made = registry.ecr.create_repository(
        repositoryName=f"{repository}/full",
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "dev-*"}],
        imageScanningConfiguration={"scanOnPush": True},
        tags=[{"Key": "team", "Value": "quay"}],
    )["repository"]
    assert abs(made.pop("createdAt").timestamp() - time.time()) < 3600
    assert made == {
        "repositoryArn": f"arn:aws:ecr:us-east-1:000000000000:repository/{repository}/full",
        "registryId": "000000000000",
        "repositoryName": f"{repository}/full",
        "repositoryUri": f"registry.example/{repository}/full",
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "dev-*"}],
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": {"encryptionType": "AES256"},
    }
    (described,) = registry.ecr.describe_repositories(repositoryNames=[f"{repository}/full"])["repositories"]
    del described["createdAt"]
    assert described == made


def test_a_repository_with_a_key_of_its_own_takes_layers(registry: Registry, repository: str):
    sealed = registry.ecr.create_repository(
        repositoryName=f"{repository}/sealed",
        encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "alias/moorage"},
    )["repository"]
    assert sealed["encryptionConfiguration"] == {"encryptionType": "KMS", "kmsKey": "alias/moorage"}
    registry.push(sealed["repositoryName"], b"sealed")


def test_a_key_that_there_is_not_is_a_kms_exception(registry: Registry, repository: str):
    registry.ecr.create_repository(
        repositoryName=f"{repository}/sealed",
        encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "alias/no-such-key"},
    )
    with pytest.raises(registry.ecr.exceptions.KmsException) as refused:
        registry.ecr.initiate_layer_upload(repositoryName=f"{repository}/sealed")
    assert refused.value.response["kmsError"] == "NotFoundException"


def test_a_name_can_be_taken_once(registry: Registry, repository: str):
    with pytest.raises(registry.ecr.exceptions.RepositoryAlreadyExistsException, match=repository):
        registry.ecr.create_repository(repositoryName=repository)


def test_too_many_tags_and_invalid_tags_are_different_errors(registry: Registry, repository: str):
    tags = [{"Key": f"key-{number}", "Value": ""} for number in range(51)]
    with pytest.raises(registry.ecr.exceptions.TooManyTagsException):
        registry.ecr.create_repository(repositoryName=f"{repository}/tagged", tags=tags)
    with pytest.raises(registry.ecr.exceptions.InvalidTagParameterException):
        registry.ecr.create_repository(repositoryName=f"{repository}/tagged", tags=[tags[0], tags[0]])
    registry.ecr.create_repository(repositoryName=f"{repository}/tagged", tags=tags[:50])


def test_boto3s_paginator_finds_every_repository_in_pages_of_any_size(registry: Registry, repository: str):
    names = sorted([repository, *(f"{repository}/{number:02}" for number in range(11))])
    for name in names[1:]:
        registry.ecr.create_repository(repositoryName=name)
    paginator = registry.ecr.get_paginator("describe_repositories")
    for size in (1, 4, 1000):
        pages = list(paginator.paginate(PaginationConfig={"PageSize": size}))
        assert all(len(page["repositories"]) <= size for page in pages)
        found = [one["repositoryName"] for page in pages for one in page["repositories"]]
        assert found == sorted(found)
        assert [name for name in found if name.startswith(repository)] == names


def test_pages_have_100_repositories_unless_asked_otherwise_and_a_token_leads_on(registry: Registry, repository: str):
    for number in range(101):
        registry.ecr.create_repository(repositoryName=f"{repository}/{number:03}")
    page = registry.ecr.describe_repositories()
    assert len(page["repositories"]) == 100
    rest = registry.ecr.describe_repositories(nextToken=page["nextToken"])
    assert rest["repositories"][0]["repositoryName"] > page["repositories"][-1]["repositoryName"]


def test_repositories_are_described_in_the_order_asked_for(registry: Registry, repository: str):
    names = [f"{repository}/b", repository, f"{repository}/a"]
    for name in (names[0], names[2]):
        registry.ecr.create_repository(repositoryName=name)
    answered = registry.ecr.describe_repositories(repositoryNames=names)
    assert [one["repositoryName"] for one in answered["repositories"]] == names
    assert "nextToken" not in answered
    with pytest.raises(registry.ecr.exceptions.RepositoryNotFoundException, match="'no/such'"):
        registry.ecr.describe_repositories(repositoryNames=[*names, "no/such"])


def test_a_repository_with_layers_is_deleted_by_force_alone(registry: Registry, repository: str):
    digest = registry.push(repository, b"a layer")
    with pytest.raises(registry.ecr.exceptions.RepositoryNotEmptyException):
        registry.ecr.delete_repository(repositoryName=repository)
    assert registry.ecr.delete_repository(repositoryName=repository, force=True)["repository"]["repositoryName"]
    with pytest.raises(registry.ecr.exceptions.RepositoryNotFoundException):
        registry.ecr.delete_repository(repositoryName=repository, force=True)

    registry.ecr.create_repository(repositoryName=repository)
    found = registry.ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[digest])
    assert found["layers"][0]["layerAvailability"] == "UNAVAILABLE"


def test_an_upload_does_not_outlive_its_repository(registry: Registry, repository: str):
    upload_id = registry.upload(repository, b"a layer")
    registry.ecr.delete_repository(repositoryName=repository)
    with pytest.raises(registry.ecr.exceptions.RepositoryNotFoundException):
        registry.complete(repository, upload_id, digest_of(b"a layer"))
    registry.ecr.create_repository(repositoryName=repository)
    with pytest.raises(registry.ecr.exceptions.UploadNotFoundException):
        registry.complete(repository, upload_id, digest_of(b"a layer"))


NOWHERE = "00000000-0000-4000-8000-00000000dead"
ELSEWHERE = {"registryId": "999999999999", "repositoryName": "placeholder"}
OF_ANOTHER_REGISTRY = {
    "describe_repositories": {"registryId": "999999999999"},
    "delete_repository": ELSEWHERE,
    "initiate_layer_upload": ELSEWHERE,
    "upload_layer_part": {
        **ELSEWHERE,
        "uploadId": NOWHERE,
        "partFirstByte": 0,
        "partLastByte": 0,
        "layerPartBlob": b"x",
    },
    "complete_layer_upload": {**ELSEWHERE, "uploadId": NOWHERE, "layerDigests": [digest_of(b"")]},
    "batch_check_layer_availability": {**ELSEWHERE, "layerDigests": [digest_of(b"")]},
    "get_download_url_for_layer": {**ELSEWHERE, "layerDigest": digest_of(b"")},
    "put_image_tag_mutability": {**ELSEWHERE, "imageTagMutability": "MUTABLE"},
    "put_image_scanning_configuration": {**ELSEWHERE, "imageScanningConfiguration": {}},
    "put_lifecycle_policy": {**ELSEWHERE, "lifecyclePolicyText": POLICY},
    "get_lifecycle_policy": ELSEWHERE,
    "delete_lifecycle_policy": ELSEWHERE,
    "start_lifecycle_policy_preview": ELSEWHERE,
    "get_lifecycle_policy_preview": ELSEWHERE,
}


@pytest.mark.parametrize(("operation", "members"), OF_ANOTHER_REGISTRY.items(), ids=OF_ANOTHER_REGISTRY)
def test_another_registry_answers_as_ecrs_does_to_strangers(
    registry: Registry, repository: str, operation: str, members: dict[str, object]
):
    named = {**members, **({"repositoryName": repository} if "repositoryName" in members else {})}
    with (
        registry.requests() as requests,
        pytest.raises(ClientError, match=r"not authorized to perform: .* on resource: .*999999999999") as refused,
    ):
        getattr(registry.ecr, operation)(**named)
    assert (refused.value.response["Error"]["Code"], requests) == ("AccessDeniedException", [])


def test_nothing_is_created_in_another_registry(registry: Registry):
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="'registryId'"):
        registry.ecr.create_repository(registryId="999999999999", repositoryName="no/such")


def test_the_registrys_own_id_may_be_given(registry: Registry, repository: str):
    assert registry.ecr.initiate_layer_upload(registryId="000000000000", repositoryName=repository)["uploadId"]
