"""The port `RegistrySettings`."""

import uuid
from dataclasses import replace

import pytest
from moorage.domain.repositories.creation_template import CreationTemplate
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.ports import Ports
from moorage.usecases.ports.settings import PullTimeExclusion


@pytest.fixture
def registry() -> str:
    """A registry that no other test has."""
    return str(uuid.uuid4().int)[:12]


def template(prefix: str, **changed: object) -> CreationTemplate:
    members = {"applied_for": ("CREATE_ON_PUSH",), "created_at": 1_700_000_000.5, "updated_at": 1_700_000_000.5}
    return CreationTemplate(prefix=prefix, **{**members, **changed})


WHOLE = template(
    "prod/team",
    description="all members",
    applied_for=("REPLICATION", "CREATE_ON_PUSH"),
    encryption=Encryption("KMS", "alias/one"),
    resource_tags=(("team", "\N{ANCHOR}"), ("empty", "")),
    tag_mutability="IMMUTABLE_WITH_EXCLUSION",
    tag_mutability_filters=({"filterType": "WILDCARD", "filter": "dev-*"},),
    policy="{}",
    lifecycle_policy='{"rules": []}',
    custom_role_arn="arn:aws:iam::111122223333:role/r",
)


def test_a_template_comes_back_as_it_was_kept(ports: Ports, registry: str):
    settings = ports.settings
    for kept in (WHOLE, template("bare"), template("empty", resource_tags=(), policy="")):
        assert settings.create_template(registry, kept)
        assert settings.get_templates(registry, [kept.prefix, kept.prefix, "absent"]) == [kept]
    assert settings.get_templates(registry, []) == []
    assert settings.get_templates("999999999999", ["bare"]) == []


def test_a_prefix_has_one_template_and_the_same_attempt_again_is_no_second_one(ports: Ports, registry: str):
    assert ports.settings.create_template(registry, template("a"))
    assert ports.settings.create_template(registry, template("a"))
    assert not ports.settings.create_template(registry, template("a", created_at=1.0))


def test_only_what_was_read_is_replaced(ports: Ports, registry: str):
    first = template("a")
    second, third = replace(first, updated_at=2.0, description="2"), replace(first, updated_at=3.0, description="3")
    ports.settings.create_template(registry, first)
    assert ports.settings.replace_template(registry, first, second)
    assert ports.settings.replace_template(registry, first, second)  # its answer was lost
    assert not ports.settings.replace_template(registry, first, third)
    assert not ports.settings.replace_template(registry, template("absent"), template("absent", description="x"))
    assert ports.settings.get_templates(registry, ["a"]) == [second]


def test_a_deleted_template_is_returned_once(ports: Ports, registry: str):
    ports.settings.create_template(registry, WHOLE)
    assert ports.settings.delete_template(registry, WHOLE.prefix) == WHOLE
    assert ports.settings.delete_template(registry, WHOLE.prefix) is None


def test_templates_are_listed_by_prefix_page_by_page(ports: Ports, registry: str):
    for prefix in ("c", "a", "b/c", "b"):
        ports.settings.create_template(registry, template(prefix))
    ports.settings.put_setting(registry, "X", "1")
    seen, after = [], None
    for size in (2, 2):
        page = ports.settings.list_templates(registry, after, 2)
        assert len(page.found) == size
        seen += [each.prefix for each in page.found]
        after = page.next_after
    assert (seen, after) == (["a", "b", "b/c", "c"], None)
    assert ports.settings.list_templates("999999999999", None, 5).found == []


def test_a_setting_is_what_was_put_last(ports: Ports, registry: str):
    assert ports.settings.get_setting(registry, "BLOB_MOUNTING") is None
    for value in ("DISABLED", "ENABLED"):
        ports.settings.put_setting(registry, "BLOB_MOUNTING", value)
        assert ports.settings.get_setting(registry, "BLOB_MOUNTING") == value


def test_an_exclusion_is_added_once_and_removed_once(ports: Ports, registry: str):
    arns = [f"arn:aws:iam::111122223333:role/{name}" for name in "bac"]
    for arn in arns:
        exclusion = PullTimeExclusion(arn, 1_700_000_000.25)
        assert ports.settings.add_exclusion(registry, exclusion)
        assert ports.settings.add_exclusion(registry, exclusion)  # its answer was lost
        assert not ports.settings.add_exclusion(registry, PullTimeExclusion(arn, 1.0))
    page = ports.settings.list_exclusions(registry, None, 2)
    assert [each.principal_arn for each in page.found] == sorted(arns)[:2]
    rest = ports.settings.list_exclusions(registry, page.next_after, 2)
    assert (rest.found, rest.next_after) == ([PullTimeExclusion(sorted(arns)[2], 1_700_000_000.25)], None)
    assert ports.settings.remove_exclusion(registry, arns[0])
    assert not ports.settings.remove_exclusion(registry, arns[0])
