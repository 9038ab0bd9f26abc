"""Changes of a repository's settings, also while others change or delete it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from moorage.domain.errors import (
    InvalidParameterError,
    InvalidTagError,
    RepositoryNotFoundError,
    TooManyTagsError,
    UnavailableError,
)
from moorage.domain.repositories.repository import Repository, RepositoryId, TagFilter, TagMutability
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import RepositoryWrite
from moorage.usecases.repositories.repository_settings import (
    PutImageScanningConfiguration,
    PutImageTagMutability,
    put_image_scanning_configuration,
    put_image_tag_mutability,
)
from moorage.usecases.repositories.resource_tags import (
    TagResource,
    UntagResource,
    list_tags_for_resource,
    tag_resource,
    untag_resource,
)

from tests.support.fakes.memory_repositories import MemoryRepositories
from tests.support.fakes.world import REPOSITORY, World

Tags = tuple[tuple[str, str], ...]


def tag(world: World, *tags: tuple[str, str], ports: Ports | None = None) -> Repository:
    return tag_resource(TagResource(repository=world.repository_id(), tags=tags), ports or world.ports)


def untag(world: World, *keys: str) -> Repository:
    return untag_resource(UntagResource(repository=world.repository_id(), keys=frozenset(keys)), world.ports)


def tags_of(world: World) -> Tags:
    return list_tags_for_resource(world.repository_id(), world.ports)


class Rival(MemoryRepositories):
    """Repositories in which somebody else acts before each of the first writes."""

    def __init__(self, world: World, *acts: Callable[[], object]) -> None:
        super().__init__(world.records)
        self._acts = list(acts)

    def change_settings(self, before: Repository, after: Repository) -> RepositoryWrite:
        if self._acts:
            self._acts.pop(0)()
        return super().change_settings(before, after)


def with_rival(world: World, *acts: Callable[[], object]) -> Ports:
    return replace(world.ports, repositories=Rival(world, *acts))


def test_tags_are_added_replaced_listed_and_removed(world: World):
    assert tags_of(world) == ()
    tag(world, ("team", "quay"), ("stage", ""))
    tag(world, ("team", "pier"), ("size", "1"))
    assert tags_of(world) == (("team", "pier"), ("stage", ""), ("size", "1"))
    untag(world, "team", "absent")
    assert tags_of(world) == (("stage", ""), ("size", "1"))


def test_bad_tags_are_refused_and_change_nothing(world: World):
    tag(world, *((f"key-{number}", "") for number in range(50)))
    with pytest.raises(TooManyTagsError):
        tag(world, ("one-more", ""))
    with pytest.raises(InvalidTagError):
        tag(world, ("key-0", "aws:new"))
    with pytest.raises(InvalidTagError):
        untag(world, "key-0", "Aws:x")
    assert len(tags_of(world)) == 50


def test_mode_and_filters_replace_those_that_were_there(world: World):
    def put(mutability: TagMutability, *filters: str) -> Repository:
        made = tuple(TagFilter(each) for each in filters)
        command = PutImageTagMutability(repository=world.repository_id(), mutability=mutability, filters=made)
        return put_image_tag_mutability(command, world.ports)

    put(TagMutability.IMMUTABLE_WITH_EXCLUSION, "dev-*", "latest")
    with pytest.raises(InvalidParameterError):
        put(TagMutability.MUTABLE, "dev-*")
    found = world.ports.repositories.get(world.repository_id())
    assert found is not None
    assert (found.tag_mutability, len(found.tag_mutability_filters)) == (TagMutability.IMMUTABLE_WITH_EXCLUSION, 2)
    assert put(TagMutability.MUTABLE).tag_mutability_filters == ()


def test_scanning_is_kept_as_it_was_set(world: World):
    for scan_on_push in (True, False):
        command = PutImageScanningConfiguration(repository=world.repository_id(), scan_on_push=scan_on_push)
        assert put_image_scanning_configuration(command, world.ports).scan_on_push is scan_on_push


def test_changes_at_the_same_time_are_all_kept(world: World):
    ports = with_rival(world, lambda: tag(world, ("theirs", "1")), lambda: tag(world, ("theirs", "2")))
    tag(world, ("ours", ""), ports=ports)
    assert dict(tags_of(world)) == {"theirs": "2", "ours": ""}


def test_whoever_always_comes_second_is_told_to_try_again(world: World):
    rivals = [lambda number=number: tag(world, ("theirs", str(number))) for number in range(5)]
    with pytest.raises(UnavailableError):
        tag(world, ("ours", ""), ports=with_rival(world, *rivals))
    assert tags_of(world) == (("theirs", "4"),)


def test_an_attempt_whose_answer_was_lost_has_done_its_work(world: World):
    changed = tag(world, ("ours", ""), ports=with_rival(world, lambda: tag(world, ("ours", ""))))
    assert changed.tags == tags_of(world) == (("ours", ""),)


@pytest.mark.parametrize("recreated", [True, False])
def test_a_repository_that_was_deleted_meanwhile_is_not_changed(world: World, recreated: bool):
    def vanish() -> None:
        world.delete()
        if recreated:
            world.create()

    with pytest.raises(RepositoryNotFoundError, match=REPOSITORY):
        tag(world, ("ours", ""), ports=with_rival(world, vanish))
    found = world.ports.repositories.get(world.repository_id())
    assert (found.tags if found else None) == (() if recreated else None)


def test_an_unknown_repository_is_named(world: World):
    absent = RepositoryId(world.registry_id, "no/such")
    for ask in (
        lambda: list_tags_for_resource(absent, world.ports),
        lambda: untag_resource(UntagResource(repository=absent, keys=frozenset()), world.ports),
    ):
        with pytest.raises(RepositoryNotFoundError, match="no/such"):
            ask()
