"""The stream tells of changes late: what was true then must not harm what is true now."""

import pytest
from moorage_local.stack.stack import Stack

from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import ONE, TWO
from tests.support.layers import digest_of

NAME = "late"


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    made = LocalRegistry()
    made.must("CreateRepository", repositoryName=NAME)
    return made


def require_whole(registry: LocalRegistry) -> None:
    """The layer is there, now and after every time that could have been set for it."""
    for _ in range(2):
        assert registry.download(NAME, digest_of(ONE)) == ONE
        assert not registry.findings(verify=True)
        registry.expire(registry.settings.blob_grace_seconds + registry.settings.upload_lifetime_seconds)
        registry.reap()


def test_a_blob_that_was_unreferenced_for_a_moment_is_not_let_expire(registry: LocalRegistry) -> None:
    registry.push(NAME, ONE)
    registry.must("DeleteRepository", repositoryName=NAME, force=True)
    registry.must("CreateRepository", repositoryName=NAME)
    registry.push(NAME, ONE)
    registry.reap()
    require_whole(registry)


def test_the_deletion_of_an_earlier_repository_does_not_touch_the_next_one_of_its_name(
    registry: LocalRegistry,
) -> None:
    registry.push(NAME, TWO)
    registry.must("DeleteRepository", repositoryName=NAME, force=True)
    registry.must("CreateRepository", repositoryName=NAME)
    registry.push(NAME, ONE)
    registry.reap()
    assert [each["repositoryName"] for each in registry.must("DescribeRepositories")["repositories"]] == [NAME]
    registry.expire(registry.settings.blob_grace_seconds + registry.settings.upload_lifetime_seconds)
    registry.reap()
    require_whole(registry)


def test_changes_that_are_told_twice_and_backwards_leave_the_same(registry: LocalRegistry) -> None:
    registry.push(NAME, ONE)
    registry.complete(NAME, *registry.upload(NAME, ONE))
    registry.upload(NAME, TWO)
    registry.reap()
    registry.expire(registry.settings.upload_lifetime_seconds + 1)
    registry.reap_backwards()
    require_whole(registry)
