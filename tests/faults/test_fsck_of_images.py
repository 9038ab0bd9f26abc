"""fsck finds each fault of images that is planted, corrects what can be corrected, and touches nothing else."""

import pytest
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.fsck._fault import Fault
from moorage.usecases.ports.inventory import ImageRow, RowKind
from moorage_local.stack.stack import Stack

from tests.support.faults.fsck import examine
from tests.support.faults.image_plants import (
    ABOUT,
    ALL,
    BROKEN,
    CHILD,
    LARGE,
    NAME,
    REPAIRABLE,
    Planted,
    interrupt_push,
    stocked,
)
from tests.support.faults.registry import LocalRegistry
from tests.support.layers import digest_of


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    return stocked()


def test_images_in_use_have_no_findings(registry: LocalRegistry) -> None:
    assert examine(registry, verify=True, repair=True) == []


@pytest.mark.parametrize("planted", BROKEN, ids=str)
def test_a_broken_image_is_found_and_left_to_a_person(registry: LocalRegistry, planted: Planted) -> None:
    planted.plant(registry)
    for _ in range(2):
        examined = [each for each in examine(registry, verify=True, repair=True) if each.finding.fault is planted.fault]
        assert examined
        assert not any(each.repaired for each in examined)


@pytest.mark.parametrize("planted", REPAIRABLE, ids=str)
def test_what_can_be_corrected_is_corrected_on_demand(registry: LocalRegistry, planted: Planted) -> None:
    planted.plant(registry)
    for _ in range(2):
        assert planted.fault in {each.finding.fault for each in examine(registry)}, "looking must not repair"
    examined = examine(registry, repair=True)
    assert all(each.repaired for each in examined), examined
    registry.reap()
    assert examine(registry, verify=True) == []
    tags = {"v1": CHILD, "sbom": ABOUT, "all": ALL, "large": LARGE}
    for tag, content in tags.items():
        pulled = registry.must("BatchGetImage", repositoryName=NAME, imageIds=[{"imageTag": tag}])
        assert [each["imageManifest"] for each in pulled["images"]] in ([content], [])
    described = registry.must("DescribeImages", repositoryName=NAME, imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert described[0]["imageTags"][0] == "v1"
    deleted = registry.must(
        "BatchDeleteImage", repositoryName=NAME, imageIds=[{"imageDigest": digest_of(each)} for each in (ALL, CHILD)]
    )
    assert {each["failureCode"] for each in deleted["failures"]} <= {"ImageNotFound"}


def test_uses_of_a_push_that_was_interrupted_today_are_left(registry: LocalRegistry) -> None:
    planted = next(each for each in REPAIRABLE if each.name == "use of a removed image")
    registry.now -= 86_400 + 3_600  # the uses were written two days before this; now, less than one
    planted.plant(registry)
    rows = [each.finding.subject for each in examine(registry) if isinstance(each.finding.subject, ImageRow)]
    assert not [row for row in rows if row.kind is RowKind.USE]


@pytest.mark.parametrize("days", [0, 1, 6])
def test_a_push_that_has_expired_is_a_note_until_ttl_had_a_week(registry: LocalRegistry, days: int) -> None:
    interrupt_push(registry, days)
    assert {each.finding.fault for each in examine(registry, verify=True, repair=True)} == {Fault.AWAITS_TTL}


@pytest.mark.parametrize("forced", [True, False])
def test_a_stuck_deletion_ends_with_all_images_or_none_removed(registry: LocalRegistry, forced: bool) -> None:
    name = RepositoryId(registry.settings.registry_id, NAME)
    registry.ports.repositories.begin_deletion(name, forced=forced, closed_until=int(registry.now))
    found = [(each.finding.fault, each.repaired) for each in examine(registry, repair=True)]
    assert found == [(Fault.STUCK_DELETION, True)]
    error, body = registry.call("ListImages", repositoryName=NAME)
    assert error == ("RepositoryNotFoundException" if forced else None)
    assert len(body.get("imageIds", [])) == (0 if forced else 5)
    registry.reap()
    registry.require_nothing_left()
