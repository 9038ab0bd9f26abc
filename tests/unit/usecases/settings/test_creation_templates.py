import json

import pytest
from moorage.domain.errors import (
    InvalidParameterError,
    TemplateAlreadyExistsError,
    TemplateNotFoundError,
)
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.settings.creation_templates import (
    DescribeCreationTemplates,
    create_creation_template,
    delete_creation_template,
    describe_creation_templates,
    update_creation_template,
)

from tests.support.fakes.world import World

PUSH = {"applied_for": ("CREATE_ON_PUSH",)}
FILTERS = ({"filterType": "WILDCARD", "filter": "dev-*"},)


def prefixes(world: World, **query: object) -> list[str]:
    page = describe_creation_templates(DescribeCreationTemplates(**query), world.ports)
    return [each.prefix for each in page.found]


def test_a_template_lives_from_creation_to_deletion(world: World):
    created = create_creation_template("prod/", {**PUSH, "description": "d"}, world.ports)
    assert (created.prefix, created.created_at) == ("prod", world.clock.now)
    world.clock.now += 5
    updated = update_creation_template("prod", {"tag_mutability": "IMMUTABLE"}, world.ports)
    assert (updated.description, updated.tag_mutability) == ("d", "IMMUTABLE")
    assert (updated.created_at, updated.updated_at) == (created.created_at, created.created_at + 5)
    assert prefixes(world) == prefixes(world, prefixes=("prod/", "absent")) == ["prod"]
    assert delete_creation_template("prod/", world.ports) == updated
    assert prefixes(world) == []


def test_a_prefix_is_taken_with_and_without_its_slash(world: World):
    create_creation_template("prod", PUSH, world.ports)
    world.clock.now += 1
    with pytest.raises(TemplateAlreadyExistsError):
        create_creation_template("prod/", PUSH, world.ports)


def test_what_is_not_there_can_neither_be_changed_nor_deleted(world: World):
    with pytest.raises(TemplateNotFoundError):
        update_creation_template("prod", {}, world.ports)
    with pytest.raises(TemplateNotFoundError):
        delete_creation_template("prod", world.ports)


@pytest.mark.parametrize(
    ("members", "member"),
    [
        ({"applied_for": ()}, "appliedFor"),
        ({"tag_mutability": "IMMUTABLE_WITH_EXCLUSION"}, "imageTagMutabilityExclusionFilters"),
        ({"tag_mutability": "MUTABLE", "tag_mutability_filters": FILTERS}, "imageTagMutabilityExclusionFilters"),
        ({"encryption": Encryption("AES256", "alias/x")}, "encryptionConfiguration.kmsKey"),
        ({"lifecycle_policy": json.dumps({"rules": [1]})}, "LifecyclePolicyText"),
        ({"resource_tags": (("a", "1"), ("a", "2"))}, "resourceTags"),
        ({"resource_tags": (("", "1"),)}, "resourceTags"),
    ],
)
def test_bad_members_are_refused_by_name_and_change_nothing(world: World, members: dict[str, object], member: str):
    create_creation_template("kept", PUSH, world.ports)
    for change in (
        lambda: create_creation_template("new", {**PUSH, **members}, world.ports),
        lambda: update_creation_template("kept", members, world.ports),
    ):
        with pytest.raises(InvalidParameterError) as refused:
            change()
        assert refused.value.member == member
    assert describe_creation_templates(DescribeCreationTemplates(), world.ports).found[0].description is None
    assert prefixes(world) == ["kept"]


def test_filters_go_with_the_mode_that_they_came_with(world: World):
    members = {**PUSH, "tag_mutability": "MUTABLE_WITH_EXCLUSION", "tag_mutability_filters": FILTERS}
    create_creation_template("prod", members, world.ports)
    assert update_creation_template("prod", {"tag_mutability": "MUTABLE"}, world.ports).tag_mutability_filters is None
