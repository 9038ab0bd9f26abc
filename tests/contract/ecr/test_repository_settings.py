"""Tags, tag mutability and scanning of a repository through boto3, on the engines."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.ecr.registry import Registry

FILTERS = [{"filterType": "WILDCARD", "filter": "dev-*"}]


def arn_of(repository: str, registry_id: str = "000000000000") -> str:
    return f"arn:aws:ecr:us-east-1:{registry_id}:repository/{repository}"


def tags_of(registry: Registry, repository: str) -> dict[str, str]:
    listed = registry.ecr.list_tags_for_resource(resourceArn=arn_of(repository))["tags"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def test_tags_are_added_replaced_listed_and_removed(registry: Registry, repository: str):
    first = [{"Key": "team", "Value": "quay"}, {"Key": "stage", "Value": ""}]
    registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=first)
    registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=[{"Key": "team", "Value": "pier 9"}])
    assert tags_of(registry, repository) == {"team": "pier 9", "stage": ""}
    registry.ecr.untag_resource(resourceArn=arn_of(repository), tagKeys=["team", "absent"])
    assert tags_of(registry, repository) == {"stage": ""}


def test_tags_that_cannot_be_are_refused_wherever_tags_are_given(registry: Registry, repository: str):
    reserved = [{"Key": "AWS:team", "Value": "quay"}]
    for ask in (
        lambda: registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=reserved),
        lambda: registry.ecr.untag_resource(resourceArn=arn_of(repository), tagKeys=["aws:x"]),
        lambda: registry.ecr.create_repository(repositoryName=f"{repository}/new", tags=reserved),
    ):
        with pytest.raises(registry.ecr.exceptions.InvalidTagParameterException, match="aws:"):
            ask()
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match=r"resourceTags.*aws:"):
        registry.ecr.create_repository_creation_template(
            prefix="bad", appliedFor=["REPLICATION"], resourceTags=reserved
        )
    fifty = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
    registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=fifty)
    with pytest.raises(registry.ecr.exceptions.TooManyTagsException):
        registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=[{"Key": "one-more", "Value": ""}])


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "contract/anchor",
        "arn:aws:ecr:eu-west-1:000000000000:repository/contract/anchor",
        "arn:aws:ecr:us-east-1:000000000000:repository/Upper",
        "arn:aws:ecr:us-east-1:000000000000:repository/",
        "arn:aws:s3:us-east-1:000000000000:repository/contract/anchor",
    ],
)
def test_an_arn_that_does_not_name_a_repository_here_is_an_invalid_parameter(registry: Registry, arn: str):
    for ask in (
        lambda: registry.ecr.tag_resource(resourceArn=arn, tags=[]),
        lambda: registry.ecr.untag_resource(resourceArn=arn, tagKeys=[]),
        lambda: registry.ecr.list_tags_for_resource(resourceArn=arn),
    ):
        with (
            registry.requests() as requests,
            pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="'resourceArn'"),
        ):
            ask()
        assert requests == []


def test_an_unknown_repository_is_not_found_and_another_registrys_is_refused(registry: Registry, repository: str):
    for arn, error in (
        (arn_of(f"{repository}/absent"), "RepositoryNotFoundException"),
        (arn_of(repository, "999999999999"), "AccessDeniedException"),
    ):
        with pytest.raises(registry.ecr.exceptions.ClientError, match=error):
            registry.ecr.list_tags_for_resource(resourceArn=arn)
        with pytest.raises(registry.ecr.exceptions.ClientError, match=error):
            registry.ecr.tag_resource(resourceArn=arn, tags=[])


def test_each_of_the_four_modes_is_put_and_described(registry: Registry, repository: str):
    owner = {"registryId": "000000000000", "repositoryName": repository}
    for mode in ("IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE"):
        members = {"imageTagMutability": mode}
        if mode.endswith("_WITH_EXCLUSION"):
            members["imageTagMutabilityExclusionFilters"] = FILTERS
        answered = registry.ecr.put_image_tag_mutability(repositoryName=repository, **members)
        assert answered.items() >= {**owner, **members}.items()
        (described,) = registry.ecr.describe_repositories(repositoryNames=[repository])["repositories"]
        assert described.items() >= members.items()
        assert ("imageTagMutabilityExclusionFilters" in described) == mode.endswith("_WITH_EXCLUSION")


def test_filters_without_their_mode_are_refused_and_change_nothing(registry: Registry, repository: str):
    for members in (
        {"imageTagMutability": "IMMUTABLE", "imageTagMutabilityExclusionFilters": FILTERS},
        {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"},
    ):
        for ask in (
            lambda given=members: registry.ecr.put_image_tag_mutability(repositoryName=repository, **given),
            lambda given=members: registry.ecr.create_repository(repositoryName=f"{repository}/new", **given),
        ):
            with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="ExclusionFilters"):
                ask()
    (described,) = registry.ecr.describe_repositories(repositoryNames=[repository])["repositories"]
    assert described["imageTagMutability"] == "MUTABLE"


def test_scanning_is_stored_and_returned(registry: Registry, repository: str):
    for configuration in ({"scanOnPush": True}, {"scanOnPush": False}):
        answered = registry.ecr.put_image_scanning_configuration(
            repositoryName=repository, imageScanningConfiguration=configuration
        )
        assert answered["imageScanningConfiguration"] == configuration
        (described,) = registry.ecr.describe_repositories(repositoryNames=[repository])["repositories"]
        assert described["imageScanningConfiguration"] == configuration


def test_a_key_too_long_for_a_sort_key_is_refused_at_creation(registry: Registry, repository: str):
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match=r"encryptionConfiguration\.kmsKey"):
        registry.ecr.create_repository(
            repositoryName=f"{repository}/sealed",
            encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "k" * 513},
        )
    registry.ecr.create_repository(
        repositoryName=f"{repository}/sealed", encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "k" * 512}
    )


def test_no_tag_is_lost_when_many_tag_at_the_same_time(registry: Registry, repository: str):
    def tag(number: int) -> str:
        try:
            registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=[{"Key": f"key-{number}", "Value": ""}])
        except registry.ecr.exceptions.ServerException:
            return ""
        return f"key-{number}"

    with ThreadPoolExecutor(4) as rivals:
        told = {key for key in rivals.map(tag, range(12)) if key}
    assert told
    assert told <= set(tags_of(registry, repository))


def test_reading_takes_one_request_and_changing_two(registry: Registry, repository: str):
    tags = [{"Key": "team", "Value": "quay"}]
    mode = {"imageTagMutability": "IMMUTABLE"}
    scanning = {"imageScanningConfiguration": {"scanOnPush": True}}
    for expected, ask in (
        (["BatchGetItem", "UpdateItem"], lambda: registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=tags)),
        (["BatchGetItem"], lambda: registry.ecr.tag_resource(resourceArn=arn_of(repository), tags=tags)),
        (["BatchGetItem"], lambda: registry.ecr.list_tags_for_resource(resourceArn=arn_of(repository))),
        (
            ["BatchGetItem", "UpdateItem"],
            lambda: registry.ecr.untag_resource(resourceArn=arn_of(repository), tagKeys=["team"]),
        ),
        (
            ["BatchGetItem", "UpdateItem"],
            lambda: registry.ecr.put_image_tag_mutability(repositoryName=repository, **mode),
        ),
        (
            ["BatchGetItem", "UpdateItem"],
            lambda: registry.ecr.put_image_scanning_configuration(repositoryName=repository, **scanning),
        ),
    ):
        with registry.requests() as requests:
            ask()
        assert requests == expected
