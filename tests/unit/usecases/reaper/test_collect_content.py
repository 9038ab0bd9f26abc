"""The collector beside pushes: content that is linked stays, whatever happens between two of its steps."""

from dataclasses import replace

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import InconsistentRecordsError, UnavailableError
from moorage.domain.layer import ContentId, Expiry, Link
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers.mount_layer import MountLayer, mount_layer
from moorage.usecases.ports.reaper import ReaperPorts
from moorage.usecases.reaper.handle_record_change import Change, handle_record_change

from tests.support.fakes.memory_reaper import GRACE_SECONDS, reaper_of
from tests.support.fakes.world import REGISTRY_ID, World
from tests.support.interleaving import after, before, counting, failing_after, failing_before
from tests.support.layers import digest_of

CONTENT = b"0123456789abcdefghij-end"
DIGEST = digest_of(CONTENT)
CONTENT_ID = ContentId(REGISTRY_ID, Digest.of(DIGEST), "")
OTHER, THIRD = "harbour/other", "harbour/third"
STEPS = ("get_with_expiry", "is_linked", "close", "remove")


@pytest.fixture
def reaper(world: World) -> ReaperPorts:
    """The world has two more repositories, and content that nothing links to."""
    world.create(OTHER)
    world.create(THIRD)
    world.pushed(CONTENT)
    world.delete()
    world.create()
    return reaper_of(world)


def collect(reaper: ReaperPorts) -> None:
    """The expiry has ended, and TTL has removed it."""
    expiries(reaper).pop(CONTENT_ID, None)
    handle_record_change(Change(Expiry(CONTENT_ID, 0), None), reaper)


def expiries(reaper: ReaperPorts) -> dict[ContentId, int]:
    """The ends of the expiries that are in the table."""
    return reaper.collection.records.expiries  # type: ignore[attr-defined, no-any-return]


def unlinked(reaper: ReaperPorts) -> None:
    """A link was removed."""
    handle_record_change(Change(Link(CONTENT_ID, RepositoryId(REGISTRY_ID, OTHER), "upload"), None), reaper)


def follow(reaper: ReaperPorts, change: Change) -> None:
    """A change that the stream tells twice."""
    for _ in range(2):
        handle_record_change(change, reaper)


def require_whole(world: World) -> None:
    """Each layer has a link, and content whose object is there."""
    for layer in world.records.layers.values():
        assert layer.repository in {link.repository for link in world.records.links_to(CONTENT_ID)}
        assert world.content.objects[world.records.blobs[CONTENT_ID].object_key].body == CONTENT


def test_content_without_links_is_looked_at_after_the_grace_period(world: World, reaper: ReaperPorts):
    unlinked(reaper)
    assert world.records.expiries == {CONTENT_ID: int(world.clock.now) + GRACE_SECONDS}
    world.clock.now += 100
    unlinked(reaper)
    assert world.records.expiries == {CONTENT_ID: int(world.clock.now) + GRACE_SECONDS}
    assert CONTENT_ID in world.records.blobs


def test_content_that_another_repository_links_to_gets_no_expiry(world: World, reaper: ReaperPorts):
    world.pushed(CONTENT, OTHER)
    unlinked(reaper)
    assert not world.records.expiries


def test_content_without_links_goes_at_the_end_of_its_expiry_and_then_its_object(world: World, reaper: ReaperPorts):
    removed = world.records.blobs[CONTENT_ID]
    collect(reaper)
    assert not world.records.blobs
    assert world.content.objects
    follow(reaper, Change(removed, None))
    assert not world.content.objects
    collect(reaper)


def test_a_late_event_of_a_former_expiry_does_not_shorten_the_grace_period(world: World, reaper: ReaperPorts):
    unlinked(reaper)
    # Meanwhile the former expiry ended, and the content was linked and unlinked.
    handle_record_change(Change(Expiry(CONTENT_ID, 0), None), reaper)
    assert CONTENT_ID in world.records.blobs
    world.clock.now += GRACE_SECONDS
    handle_record_change(Change(Expiry(CONTENT_ID, 0), None), reaper)
    assert CONTENT_ID not in world.records.blobs


def test_linked_content_stays_and_stays_open(world: World, reaper: ReaperPorts):
    world.pushed(CONTENT, OTHER)
    watched, closings = counting(reaper, "collection.close")
    collect(watched)
    assert not closings, "a push of this moment would have to store its own object"
    assert not world.records.collecting
    world.pushed(CONTENT, THIRD)
    assert len(world.records.links_to(CONTENT_ID)) == 2
    assert len(world.content.objects) == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("weave", [before, after])
def test_a_push_at_any_step_keeps_the_content_or_stores_it_again(world: World, reaper: ReaperPorts, step: str, weave):
    former = world.records.blobs[CONTENT_ID]
    collect(weave(reaper, f"collection.{step}", lambda: world.pushed(CONTENT, OTHER)))
    current = world.records.blobs[CONTENT_ID]
    follow(reaper, Change(former, current if current.object_key != former.object_key else former))
    require_whole(world)
    assert len(world.content.objects) == 1
    world.pushed(CONTENT, THIRD)
    require_whole(world)


def test_a_link_between_the_first_look_and_the_gate_is_seen_by_the_second_look(world: World, reaper: ReaperPorts):
    collect(before(reaper, "collection.close", lambda: world.pushed(CONTENT, OTHER)))
    require_whole(world)
    assert not world.records.collecting


def test_a_push_after_the_second_look_stores_an_object_of_its_own(world: World, reaper: ReaperPorts):
    upload_id = world.uploaded(CONTENT, OTHER)
    collect(before(reaper, "collection.remove", lambda: world.complete(upload_id, DIGEST, name=OTHER)))
    assert world.head(upload_id).keeps_object
    assert world.records.blobs[CONTENT_ID].object_key == world.head(upload_id).object_key
    require_whole(world)


def test_a_run_that_read_the_content_before_it_got_another_object_removes_nothing(world: World, reaper: ReaperPorts):
    """The push that restored it is deleted again, so the run sees no link."""

    def restore() -> None:
        world.records.blobs[CONTENT_ID] = replace(world.records.blobs[CONTENT_ID], lost_at=1.0)
        world.pushed(CONTENT, OTHER)
        world.delete(OTHER)

    collect(after(reaper, "collection.get_with_expiry", restore))
    kept = world.records.blobs[CONTENT_ID]
    world.pushed(CONTENT, THIRD)
    assert world.records.blobs[CONTENT_ID] == kept
    require_whole(world)
    assert world.records.links_to(CONTENT_ID)


def test_two_runs_at_one_time_lose_no_link(world: World, reaper: ReaperPorts):
    """The first run opens the gate after the last look of the second one; a push comes right after that."""
    slow = before(reaper, "collection.close", lambda: world.pushed(CONTENT, OTHER))

    def second_run() -> None:
        world.delete(OTHER)
        collect(before(reaper, "collection.remove", open_and_push))

    def open_and_push() -> None:
        (owner,) = owners
        reaper.collection.reopen(world.records.blobs[CONTENT_ID], owner)
        world.pushed(CONTENT, THIRD)

    owners: list[str] = []
    slow = before(slow, "collection.reopen", lambda: (owners.extend(world.records.collecting.values()), second_run()))
    collect(slow)
    require_whole(world)
    assert world.records.links_to(CONTENT_ID)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fail", [failing_before, failing_after])
def test_a_run_that_stops_is_repeated(world: World, reaper: ReaperPorts, step: str, fail):
    with pytest.raises(UnavailableError):
        collect(fail(reaper, f"collection.{step}", UnavailableError()))
    collect(reaper)
    assert not world.records.blobs


def test_a_push_passes_a_gate_that_a_run_left_closed(world: World, reaper: ReaperPorts):
    with pytest.raises(UnavailableError):
        collect(failing_before(reaper, "collection.remove", UnavailableError()))
    upload_id = world.pushed(CONTENT, OTHER)
    assert world.head(upload_id).keeps_object
    collect(reaper)
    require_whole(world)
    assert not world.head(world.pushed(CONTENT, THIRD)).keeps_object


def test_a_mount_of_content_whose_gate_is_closed_asks_for_the_bytes(world: World, reaper: ReaperPorts):
    world.pushed(CONTENT, OTHER)
    reaper.collection.close(world.records.blobs[CONTENT_ID], "a run that stopped", 0)
    source = RepositoryId(REGISTRY_ID, OTHER)
    target = world.records.repositories[RepositoryId(REGISTRY_ID, THIRD)]
    command = MountLayer(repository=target, mount_from=source, layer_digest=Digest.of(DIGEST))
    assert mount_layer(command, world.ports) is None
    assert len(world.records.links_to(CONTENT_ID)) == 1


def test_a_record_of_version_1_is_left_alone(world: World, reaper: ReaperPorts):
    world.records.blobs[CONTENT_ID] = replace(world.records.blobs[CONTENT_ID], refs=0)
    collect(reaper)
    assert CONTENT_ID in world.records.blobs
    assert not world.records.collecting


def test_the_object_of_content_that_layers_need_is_never_deleted(world: World, reaper: ReaperPorts):
    world.pushed(CONTENT, OTHER)
    removed = world.records.blobs.pop(CONTENT_ID)
    with pytest.raises(InconsistentRecordsError, match=DIGEST):
        handle_record_change(Change(removed, None), reaper)
    assert world.content.objects


def test_the_object_of_a_removed_record_goes_while_a_push_stores_another_one(world: World, reaper: ReaperPorts):
    removed = world.records.blobs.pop(CONTENT_ID)
    weaved = before(reaper, "collection.is_linked", lambda: world.pushed(CONTENT, OTHER))
    handle_record_change(Change(removed, None), weaved)
    assert removed.object_key not in world.content.objects
    require_whole(world)


def test_a_run_that_closes_late_leaves_the_gate_of_the_former_object_closed(world: World, reaper: ReaperPorts):
    former = world.records.blobs[CONTENT_ID]

    def push_in_its_place() -> None:
        reaper.catalog.mark_lost(former, 1)
        world.pushed(CONTENT, OTHER)

    collect(before(reaper, "collection.close", push_in_its_place))
    assert former.object_key in world.records.collecting, "a link to the former object must fail"
    require_whole(world)


def test_the_object_of_a_record_of_version_1_that_counts_layers_is_never_deleted(world: World, reaper: ReaperPorts):
    removed = replace(world.records.blobs.pop(CONTENT_ID), refs=1)
    with pytest.raises(InconsistentRecordsError, match=DIGEST):
        handle_record_change(Change(removed, None), reaper)
    assert world.content.objects


def test_a_late_event_of_a_removal_leaves_a_record_that_has_the_object(world: World, reaper: ReaperPorts):
    handle_record_change(Change(world.records.blobs[CONTENT_ID], None), reaper)
    assert world.content.objects
