from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.errors import (
    InvalidParameterError,
    LifecyclePolicyNotFoundError,
    LifecyclePreviewInProgressError,
    LifecyclePreviewNotFoundError,
    RepositoryNotFoundError,
)
from moorage.domain.lifecycle.evaluate import Decision, LifecycleImage
from moorage.domain.lifecycle.evaluation import PREVIEW_LIFETIME_SECONDS, paged
from moorage.domain.lifecycle.policy import Action, TagStatus
from moorage.usecases.lifecycle.get_lifecycle_policy_preview import PreviewPosition
from moorage.usecases.lifecycle.start_lifecycle_policy_preview import BUDGET_SECONDS, LEASE_SECONDS

from tests.support.fakes.lifecycle import Lifecycle, digests, images, keep, read
from tests.support.fakes.world import REPOSITORY, World


def test_a_preview_shows_what_would_go_and_changes_nothing(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 5))
    started = lifecycle.preview(keep(2))
    assert (started.is_complete, started.expiring, started.transitioning) == (True, 3, 0)
    page = read(world)
    assert (digests(page), page.next_start, page.preview) == (["d000", "d001", "d002"], None, started)
    assert len(lifecycle.left()) == 5


def test_without_a_text_the_repositorys_own_policy_is_previewed(world: World, lifecycle: Lifecycle):
    with pytest.raises(LifecyclePolicyNotFoundError):
        lifecycle.preview()
    with pytest.raises(LifecyclePreviewNotFoundError):
        read(world)
    lifecycle.put(keep(1))
    assert lifecycle.preview().policy.text == keep(1)


def test_an_invalid_policy_and_an_unknown_repository_are_refused(world: World, lifecycle: Lifecycle):
    with pytest.raises(InvalidParameterError):
        lifecycle.preview("{}")
    with pytest.raises(RepositoryNotFoundError):
        lifecycle.preview(keep(1), "absent")


def test_results_come_in_pages_of_the_size_asked_for(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 1205))
    lifecycle.preview(keep(1))
    seen: list[str] = []
    start = None
    while True:
        page = read(world, start=start, limit=100)
        seen += digests(page)
        start = page.next_start
        if start is None:
            break
        assert len(page.results) == 100
    assert seen == [f"d{place:03}" for place in range(1204)]


def test_many_tags_make_a_page_shorter(world: World, lifecycle: Lifecycle):
    tags = [f"t{number}" for number in range(1000)]
    world.lifecycle_images.add(REPOSITORY, *images(world, 30, *tags))
    lifecycle.preview(keep(1))
    first = read(world)
    assert len(first.results) == 10
    assert digests(read(world, start=first.next_start))[0] == "d010"


def test_results_can_be_asked_for_by_tag_digest_and_tag_status(world: World, lifecycle: Lifecycle):
    tagged = LifecycleImage(digest="tagged", pushed_at=1, tags=("v1",))
    world.lifecycle_images.add(REPOSITORY, tagged, *images(world, 4))
    lifecycle.preview(keep(1))
    assert digests(read(world, tags=frozenset({"v1", "absent"}))) == ["tagged"]
    assert digests(read(world, digests=frozenset({"d001"}), tags=frozenset({"v1"}))) == ["tagged", "d001"]
    assert digests(read(world, tag_status=TagStatus.TAGGED)) == ["tagged"]
    assert digests(read(world, tag_status=TagStatus.UNTAGGED)) == ["d000", "d001", "d002"]


def test_a_page_of_an_earlier_preview_is_refused(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 5))
    earlier = lifecycle.preview(keep(2))
    lifecycle.preview(keep(1))
    with pytest.raises(InvalidParameterError, match="nextToken"):
        read(world, start=PreviewPosition(evaluation_id=earlier.evaluation_id))


def test_a_preview_can_be_read_for_a_day(world: World, lifecycle: Lifecycle):
    lifecycle.preview(keep(1))
    world.clock.now += PREVIEW_LIFETIME_SECONDS
    with pytest.raises(LifecyclePreviewNotFoundError):
        read(world)


def test_a_preview_that_takes_too_long_is_finished_by_the_scheduled_function(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 5))
    slow = replace(world.ports, now=iter_clock(world, BUDGET_SECONDS + 1))
    world.ports = slow
    assert not lifecycle.preview(keep(2)).is_complete
    assert read(world).results == []
    with pytest.raises(LifecyclePreviewInProgressError):
        lifecycle.preview(keep(1))
    assert lifecycle.apply().tally.previews == 1
    assert digests(read(world)) == ["d000", "d001", "d002"]
    assert world.lifecycle.pending_previews(world.registry_id) == []
    assert lifecycle.apply().tally.previews == 0


def test_a_preview_whose_request_died_can_be_started_again(world: World, lifecycle: Lifecycle):
    started = lifecycle.preview(keep(2))
    repository = world.ports.repositories.get(world.repository_id())
    key = (repository.incarnation, next(iter(world.lifecycle.evaluations))[1])
    world.lifecycle.evaluations[key] = replace(started, is_complete=False)
    world.clock.now += LEASE_SECONDS
    assert lifecycle.preview(keep(1)).evaluation_id != started.evaluation_id


def test_the_pending_preview_of_a_repository_that_is_gone_is_forgotten(world: World, lifecycle: Lifecycle):
    world.lifecycle.pending[world.registry_id] = ["gone"]
    assert lifecycle.apply().is_finished
    assert world.lifecycle.pending_previews(world.registry_id) == []


def test_every_stored_page_fits_into_an_item():
    decision = Decision(LifecycleImage(digest="d" * 71, pushed_at=1, tags=("t" * 300,) * 1000), Action.EXPIRE, 1)
    assert [len(page) for page in paged([decision] * 3)] == [1, 1, 1]
    few = Decision(LifecycleImage(digest="d", pushed_at=1), Action.EXPIRE, 1)
    assert [len(page) for page in paged([few] * 1001)] == [500, 500, 1]
    assert list(paged([])) == []


def iter_clock(world: World, step: float) -> Any:
    def now() -> float:
        world.clock.now += step
        return world.clock.now

    return now
