"""DescribeRepositories."""

import pytest
from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.repositories.describe_repositories import DescribeRepositories, describe_repositories

from tests.support.fakes.world import REGISTRY_ID, World

NAMES = ["aa", "bb", "cc/dd", "ee", "harbour/anchor"]


@pytest.fixture
def many(world: World) -> World:
    for name in reversed(NAMES[:-1]):
        world.create(name)
    return world


def describe(world: World, **members: object):
    page = describe_repositories(DescribeRepositories(**{"registry_id": REGISTRY_ID, **members}), world.ports)
    return [repository.name for repository in page.repositories], page.next_after


def test_all_are_listed_in_name_order(many: World):
    assert describe(many) == (NAMES, None)


@pytest.mark.parametrize("limit", range(1, 7))
def test_pages_of_any_size_make_the_whole(many: World, limit: int):
    found, after = describe(many, limit=limit)
    while after:
        names, after = describe(many, limit=limit, after=after)
        found += names
    assert found == NAMES


def test_those_named_come_in_the_order_asked_for_and_once(many: World):
    assert describe(many, names=("ee", "aa", "ee")) == (["ee", "aa"], None)


def test_the_first_that_is_missing_is_named(many: World):
    with pytest.raises(RepositoryNotFoundError, match="'no/such'"):
        describe(many, names=("aa", "no/such", "none"))


def test_a_repository_being_deleted_is_not_listed(many: World):
    many.ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, "bb"), forced=True, closed_until=2_000_000_000)
    assert "bb" not in describe(many)[0]
    with pytest.raises(RepositoryNotFoundError):
        describe(many, names=("bb",))


@pytest.mark.parametrize("names", [(), ("aa",)])
def test_another_registry_has_no_repositories_here(many: World, names: tuple[str, ...]):
    with pytest.raises(RepositoryNotFoundError, match="999999999999"):
        describe(many, registry_id="999999999999", names=names)
