"""A registry's own settings through boto3, on the engines."""

import pytest

from tests.support.ecr.registry import Registry

ROLE = "arn:aws:iam::111122223333:role/scanners/{}"


def test_the_registry_says_that_it_replicates_nothing(registry: Registry):
    answer = registry.ecr.describe_registry()
    assert (answer["registryId"], answer["replicationConfiguration"]) == ("000000000000", {"rules": []})


def test_an_account_setting_is_put_and_read(registry: Registry):
    assert registry.ecr.get_account_setting(name="REGISTRY_POLICY_SCOPE")["value"] == "V2"
    put = registry.ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")
    assert (put["name"], put["value"]) == ("BLOB_MOUNTING", "DISABLED")
    assert registry.ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"
    registry.ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="'value'"):
        registry.ecr.put_account_setting(name="BLOB_MOUNTING", value="")


def test_pull_time_exclusions_come_and_go(registry: Registry):
    for name in "cab":
        registry.ecr.register_pull_time_update_exclusion(principalArn=ROLE.format(name))
    with pytest.raises(registry.ecr.exceptions.ExclusionAlreadyExistsException):
        registry.ecr.register_pull_time_update_exclusion(principalArn=ROLE.format("a"))
    first = registry.ecr.list_pull_time_update_exclusions(maxResults=2)
    rest = registry.ecr.list_pull_time_update_exclusions(maxResults=2, nextToken=first["nextToken"])
    listed = first["pullTimeUpdateExclusions"] + rest["pullTimeUpdateExclusions"]
    assert listed == [ROLE.format(name) for name in "abc"]
    assert "nextToken" not in rest
    for name in "abc":
        registry.ecr.deregister_pull_time_update_exclusion(principalArn=ROLE.format(name))
    with pytest.raises(registry.ecr.exceptions.ExclusionNotFoundException):
        registry.ecr.deregister_pull_time_update_exclusion(principalArn=ROLE.format("a"))


WHOLE = {
    "prefix": "prod/team",
    "description": "All members",
    "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": ""},
    "resourceTags": [{"Key": "team", "Value": "quay"}],
    "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
    "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "dev-*"}],
    "repositoryPolicy": "",
    "lifecyclePolicy": "",
    "appliedFor": ["REPLICATION", "CREATE_ON_PUSH"],
    "customRoleArn": "arn:aws:iam::111122223333:role/r",
}


def test_a_creation_template_comes_back_with_every_member(registry: Registry):
    made = registry.ecr.create_repository_creation_template(**WHOLE)["repositoryCreationTemplate"]
    assert made.pop("createdAt") == made.pop("updatedAt")
    expected = {**WHOLE, "encryptionConfiguration": {"encryptionType": "KMS"}}
    assert made == expected
    (described,) = registry.ecr.describe_repository_creation_templates(prefixes=["prod/team/", "prod"])[
        "repositoryCreationTemplates"
    ]
    assert described.items() >= expected.items()
    with pytest.raises(registry.ecr.exceptions.TemplateAlreadyExistsException, match="prod/team"):
        registry.ecr.create_repository_creation_template(**WHOLE)
    changed = registry.ecr.update_repository_creation_template(prefix="prod/team", description="Less")
    assert changed["repositoryCreationTemplate"].items() >= {**expected, "description": "Less"}.items()
    deleted = registry.ecr.delete_repository_creation_template(prefix="prod/team")
    assert deleted["repositoryCreationTemplate"]["description"] == "Less"
    for gone in (
        lambda: registry.ecr.update_repository_creation_template(prefix="prod/team"),
        lambda: registry.ecr.delete_repository_creation_template(prefix="prod/team"),
    ):
        with pytest.raises(registry.ecr.exceptions.TemplateNotFoundException):
            gone()


def test_templates_are_listed_page_by_page_and_a_token_fits_its_query_only(registry: Registry):
    prefixes = ["ROOT", "list/a", "list/b", "list/c"]
    for prefix in prefixes:
        registry.ecr.create_repository_creation_template(prefix=prefix, appliedFor=["CREATE_ON_PUSH"])
    pages = registry.ecr.get_paginator("describe_repository_creation_templates").paginate(
        PaginationConfig={"PageSize": 3}
    )
    found = [each["prefix"] for page in pages for each in page["repositoryCreationTemplates"]]
    assert found == prefixes
    token = registry.ecr.describe_repository_creation_templates(maxResults=1)["nextToken"]
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="nextToken"):
        registry.ecr.list_pull_time_update_exclusions(nextToken=token)


def test_each_of_them_takes_one_or_two_requests_and_one_for_the_registrys_policy(registry: Registry):
    calls = registry.ecr
    for limit, ask in (
        (1, lambda: calls.describe_registry()),
        (2, lambda: calls.get_account_setting(name="BLOB_MOUNTING")),
        (2, lambda: calls.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")),
        (2, lambda: calls.register_pull_time_update_exclusion(principalArn=ROLE.format("z"))),
        (2, lambda: calls.list_pull_time_update_exclusions()),
        (2, lambda: calls.deregister_pull_time_update_exclusion(principalArn=ROLE.format("z"))),
        (2, lambda: calls.create_repository_creation_template(prefix="budget", appliedFor=["REPLICATION"])),
        (2, lambda: calls.describe_repository_creation_templates(prefixes=["budget"])),
        (3, lambda: calls.update_repository_creation_template(prefix="budget", description="d")),
        (3, lambda: calls.delete_repository_creation_template(prefix="budget")),
    ):
        with registry.requests() as requests:
            ask()
        assert len(requests) <= limit, requests
