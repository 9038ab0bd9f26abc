"""Objects of layers that came whole and were never committed: the scheduled run finds them, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import UnavailableError
from moorage.domain.uploads.unrecorded import WAIT_SECONDS, day_of, last_day_to_collect, place_before_day
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.completion.store_whole_layer import StoreWholeLayer, store_whole_layer

from tests.support.fakes.lifecycle import INTERVAL, Lifecycle, images, keep
from tests.support.fakes.world import REPOSITORY, World
from tests.support.interleaving import failing_before
from tests.support.layers import digest_of
from tests.support.template.reading import read_template

LATER = WAIT_SECONDS + 2 * INTERVAL
"""By then, the day is over."""


def leave(world: World, *contents: bytes) -> list[str]:
    """Objects whose commit never comes; their keys."""
    before = set(world.content.objects)
    for content in contents:
        with pytest.raises(UnavailableError):
            push(world, content, failing_before(world.ports, "catalog.commit_unrecorded", UnavailableError()))
    return sorted(set(world.content.objects) - before)


def push(world: World, content: bytes, ports: Any = None) -> None:
    command = StoreWholeLayer(
        repository=world.repository_id(),
        layer_digest=Digest.of(digest_of(content)),
        size_bytes=len(content),
        chunks=[content],
    )
    store_whole_layer(command, ports or world.ports)


def abandoned(world: World) -> list[str]:
    uploads = world.records.uploads.values()
    return sorted(upload.object_key for upload in uploads if upload.status is UploadStatus.ABANDONED)


def test_days_are_those_of_utc_and_compare_as_text():
    assert (day_of(0), day_of(INTERVAL - 0.5), day_of(INTERVAL)) == ("1970-01-01", "1970-01-01", "1970-01-02")
    # The second of January ends at 2 days.
    assert last_day_to_collect(2 * INTERVAL + WAIT_SECONDS) == "1970-01-02"
    assert last_day_to_collect(2 * INTERVAL + WAIT_SECONDS - 1) == "1970-01-01"


def test_no_upload_lasts_until_its_object_is_collected():
    assert read_template()["Parameters"]["UploadLifetimeSeconds"]["MaxValue"] < WAIT_SECONDS


@pytest.fixture
def lifecycle(lifecycle: Lifecycle) -> Lifecycle:
    """The table has had its first run."""
    lifecycle.apply()
    lifecycle.world.clock.now += INTERVAL
    return lifecycle


def test_what_was_stored_before_the_first_run_of_a_table_is_left_to_fsck(world: World):
    """The table may be a new one beside a bucket with the content of another."""
    leave(world, b"before")
    world.clock.now += LATER
    new = Lifecycle(world)
    leave(world, b"on the same day")
    assert new.apply().tally.abandoned_objects == 0
    world.clock.now += LATER
    assert new.apply().tally.abandoned_objects == 1


@pytest.mark.parametrize("number", [1, 2, 3, 7])
def test_they_are_abandoned_once_their_day_is_long_over(world: World, lifecycle: Lifecycle, number: int):
    left = leave(world, *(b"%d" % each for each in range(number)))
    push(world, b"a layer")
    assert lifecycle.apply().tally.abandoned_objects == 0
    world.clock.now += LATER
    leave(world, b"a later one")
    assert lifecycle.apply().tally.abandoned_objects == number
    assert abandoned(world) == left
    # The next run finds the later one, and the others not again.
    world.clock.now += LATER
    assert lifecycle.apply().tally.abandoned_objects == 1


def test_each_run_continues_the_listing_of_the_last_one(world: World, lifecycle: Lifecycle):
    first_day = place_before_day(world.clock.now - INTERVAL)
    places = ["/".join(key.split("/")[-2:]) for key in leave(world, b"one", b"two", b"three")]
    listed: Any = Listed(lifecycle.unrecorded)
    for _ in range(2):
        world.clock.now += LATER
        lifecycle.apply(unrecorded=listed)
    assert [after for shard, after in listed.asked if shard == "0"] == [first_day, *places[1:]]


class Listed:
    """Keeps where listings began."""

    def __init__(self, unrecorded: Any) -> None:
        self.shards, self.abandon = unrecorded.shards, unrecorded.abandon
        self.asked: list[tuple[str, str]] = []
        self._list_page = unrecorded.list_page

    def list_page(self, shard: str, after: str, last_day: str) -> Any:
        self.asked.append((shard, after))
        return self._list_page(shard, after, last_day)


def test_an_invocation_without_the_lease_stops(world: World, lifecycle: Lifecycle):
    leave(world, *(b"%d" % each for each in range(9)))
    world.clock.now += LATER
    world.lifecycle_images.add(REPOSITORY, *images(world, 3))
    lifecycle.put(keep(1))
    unrecorded: Any = lifecycle.unrecorded
    rival: Any = Listed(unrecorded)

    def abandon(object_key: str, now: float) -> bool:
        world.lifecycle.runs[world.registry_id] = ("another", now + 60, world.lifecycle.runs[world.registry_id][2])
        return unrecorded.abandon(object_key, now)

    rival.abandon = abandon
    report = lifecycle.apply(unrecorded=rival)
    assert (report.is_finished, report.tally.expired) == (False, 0)


def test_an_upload_that_has_a_record_is_its_own_affair(world: World, lifecycle: Lifecycle):
    world.create("harbour/other")
    world.pushed(b"elsewhere", "harbour/other")
    with pytest.raises(UnavailableError):
        push(world, b"elsewhere", failing_before(world.ports, "catalog.commit", UnavailableError()))
    world.clock.now += LATER
    assert lifecycle.apply().tally.abandoned_objects == 0


def test_one_that_is_committed_in_the_last_moment_is_kept(world: World, lifecycle: Lifecycle):
    [key] = leave(world, b"slow")
    unrecorded: Any = lifecycle.unrecorded

    class Late:
        """Between the listing and the abandonment, the commit comes."""

        def __getattr__(self, name: str) -> Any:
            return getattr(unrecorded, name)

        def abandon(self, object_key: str, now: float) -> bool:
            push(world, b"slow")
            [blob] = world.records.blobs.values()
            world.records.blobs[blob.id] = replace(blob, object_key=key)
            return unrecorded.abandon(object_key, now)

    world.clock.now += LATER
    assert lifecycle.apply(unrecorded=Late()).tally.abandoned_objects == 0
    assert not abandoned(world)


@pytest.mark.parametrize("failure", [UnavailableError(), PermissionError("S3 denies the listing")])
def test_a_listing_that_fails_keeps_no_policy_from_being_applied(
    world: World, lifecycle: Lifecycle, failure: Exception
):
    leave(world, b"left")
    world.lifecycle_images.add(REPOSITORY, *images(world, 3))
    lifecycle.put(keep(1))
    world.clock.now += LATER

    class Unreachable:
        shards = "0f"

        def list_page(self, shard: str, *_: Any) -> Any:
            assert shard in self.shards
            raise failure

    report = lifecycle.apply(unrecorded=Unreachable())
    assert (report.is_finished, report.tally.failed_listings, report.tally.expired) == (True, 2, 2)
    world.clock.now += INTERVAL
    assert lifecycle.apply().tally.abandoned_objects == 1


def test_a_run_whose_time_is_up_is_continued_where_it_stopped(world: World, lifecycle: Lifecycle):
    left = leave(world, *(b"%d" % each for each in range(9)))
    world.clock.now += LATER
    reports = []
    while abandoned(world) != left:
        assert len(reports) < 9
        lifecycle.now = lambda: world.clock.now + 150 * len(abandoned(world))
        reports.append(lifecycle.apply(seconds=400 + 150 * len(abandoned(world))))
        world.clock.now += INTERVAL
    assert len(reports) > 1
    assert sum(report.tally.abandoned_objects for report in reports) == 9
