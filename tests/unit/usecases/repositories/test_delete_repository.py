"""DeleteRepository."""

import pytest
from moorage.domain.errors import RepositoryNotEmptyError, RepositoryNotFoundError, UnavailableError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.repositories.delete_repository import finish_deletion

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import after, before, failing_after, failing_before
from tests.support.layers import digest_of


@pytest.mark.parametrize("force", [True, False])
def test_an_empty_repository_is_deleted(world: World, force: bool):
    assert world.delete(force=force).name == REPOSITORY
    assert not world.records.repositories


@pytest.mark.parametrize("force", [True, False])
def test_a_repository_that_is_not_there_cannot_be_deleted(world: World, force: bool):
    with pytest.raises(RepositoryNotFoundError):
        world.delete("no/such", force=force)


def test_a_repository_with_layers_is_deleted_only_by_force(world: World):
    world.pushed(b"layer")
    with pytest.raises(RepositoryNotEmptyError):
        world.delete(force=False)
    assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, REPOSITORY))
    world.delete(force=True)
    assert not world.records.repositories
    assert not world.records.layers


def test_layers_are_unlinked_and_content_stays(world: World):
    world.create("harbour/other")
    for number in range(5):
        world.pushed(b"shared layer %d" % number)
        world.pushed(b"shared layer %d" % number, "harbour/other")
    world.delete()
    assert [len(world.records.links_to(content)) for content in world.records.blobs] == [1] * 5
    assert len(world.records.layers) == 5
    assert len([key for key in world.content.objects if key.startswith("blobs/")]) == 5


@pytest.mark.parametrize("call", ["repositories.begin_deletion", "catalog.unlink", "repositories.finish_deletion"])
@pytest.mark.parametrize("fail", [failing_before, failing_after])
def test_an_interrupted_deletion_continues_when_it_is_sent_again(world: World, call: str, fail):
    for number in range(5):
        world.pushed(b"layer %d" % number)
    whole = world.ports
    world.ports = fail(whole, call, UnavailableError())
    with pytest.raises(UnavailableError):
        world.delete()
    world.ports = whole
    if world.records.repositories:
        world.delete()
    assert not world.records.repositories
    assert not world.records.layers
    assert not world.records.links


@pytest.mark.parametrize("force", [True, False])
def test_an_unfinished_deletion_of_an_empty_repository_resumes_with_and_without_force(world: World, force: bool):
    whole = world.ports
    world.ports = failing_after(whole, "repositories.begin_deletion", UnavailableError())
    with pytest.raises(UnavailableError):
        world.delete(force=force)
    world.ports = whole
    assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, REPOSITORY)) is None
    world.delete(force=force)
    assert not world.records.repositories


def test_a_deletion_closes_the_repository_to_new_layers_first(world: World):
    upload_id = world.uploaded(b"layer")
    seen: list[type[Exception]] = []

    def rival() -> None:
        with pytest.raises(RepositoryNotFoundError) as refused:
            world.complete(upload_id, digest_of(b"layer"))
        seen.append(refused.type)

    whole = world.ports
    world.ports = after(whole, "repositories.begin_deletion", rival)
    world.delete()
    assert seen == [RepositoryNotFoundError]
    assert not world.records.layers


def test_two_deletions_at_one_time_leave_the_links_of_other_repositories(world: World):
    world.create("harbour/other")
    world.pushed(b"layer")
    world.pushed(b"layer", "harbour/other")
    whole = world.ports

    def rival() -> None:
        world.ports = whole
        world.delete()

    world.ports = before(whole, "catalog.unlink", rival)
    world.delete()
    assert [link.repository.name for link in world.records.links.values()] == ["harbour/other"]


def test_a_late_deletion_does_not_touch_the_next_repository_of_the_name(world: World):
    whole = world.ports

    def rival() -> None:
        world.ports = whole
        world.delete()
        world.create()

    world.ports = before(whole, "repositories.finish_deletion", rival)
    world.delete()
    assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, REPOSITORY))


@pytest.mark.parametrize("force", [True, False])
def test_a_layer_that_is_committed_just_before_the_closing_is_kept_unless_force_is_given(world: World, force: bool):
    upload_id = world.uploaded(b"layer")
    whole = world.ports
    committed: list[object] = []

    def rival() -> None:
        committed.append(world.complete(upload_id, digest_of(b"layer"), ports=whole))

    world.ports = before(whole, "repositories.begin_deletion", rival)
    if force:
        world.delete(force=True)
        assert not world.records.layers
    else:
        with pytest.raises(RepositoryNotEmptyError):
            world.delete(force=False)
        assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, REPOSITORY))
        assert len(world.records.layers) == 1
    assert committed


def test_the_reaper_opens_a_repository_again_that_an_interrupted_unforced_deletion_closed(world: World):
    world.pushed(b"layer")
    closed = world.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, REPOSITORY), forced=False, closed_until=2_000_000_000
    )
    assert not finish_deletion(closed, world.ports)
    assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, REPOSITORY))
    assert len(world.records.layers) == 1
