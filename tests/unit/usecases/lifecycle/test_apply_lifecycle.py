import logging
import random
from typing import Any

import pytest
from moorage.domain.errors import UnavailableError
from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.lifecycle.policy import StorageClass

from tests.support.fakes.lifecycle import INTERVAL, Lifecycle, digests, images, keep, read
from tests.support.fakes.world import REPOSITORY, World


def test_a_run_expires_what_the_policy_says_and_no_other_repository(world: World, lifecycle: Lifecycle):
    world.create("other/one")
    for name in (REPOSITORY, "other/one"):
        world.lifecycle_images.add(name, *images(world, 5))
    lifecycle.put(keep(2))
    report = lifecycle.apply()
    assert (report.is_finished, report.tally.expired, report.tally.repositories) == (True, 3, 2)
    assert lifecycle.left() == ["d003", "d004"]
    assert len(lifecycle.left("other/one")) == 5
    assert world.lifecycle.policies.popitem()[1].last_evaluated_at == world.clock.now


def test_the_next_run_is_due_a_day_after_the_last_began(world: World, lifecycle: Lifecycle):
    lifecycle.apply()
    lifecycle.put(keep(2))
    world.lifecycle_images.add(REPOSITORY, *images(world, 5))
    world.clock.now += INTERVAL - 1
    assert lifecycle.apply().tally.expired == 0
    world.clock.now += 1
    assert lifecycle.apply().tally.expired == 3


def test_a_run_archives_and_a_later_one_leaves_the_archived_alone(world: World, lifecycle: Lifecycle):
    text = keep(1).replace('"type": "expire"', '"type": "transition", "targetStorageClass": "archive"')
    lifecycle.put(text)
    world.lifecycle_images.add(REPOSITORY, *images(world, 3))
    assert lifecycle.apply().tally.transitioned == 2
    archived = world.lifecycle_images.images[REPOSITORY]["d000"]
    assert (archived.storage_class, archived.archived_at) == (StorageClass.ARCHIVE, world.clock.now)
    world.clock.now += INTERVAL
    assert lifecycle.apply().tally.transitioned == 0


def test_one_invocation_at_a_time_works_on_a_run(world: World, lifecycle: Lifecycle):
    lifecycle.put(keep(2))
    world.lifecycle_images.add(REPOSITORY, *images(world, 5))
    world.lifecycle.claim(world.registry_id, "another", world.clock.now, world.clock.now + 60)
    assert not lifecycle.apply().is_finished
    assert len(lifecycle.left()) == 5
    world.clock.now += 61
    assert lifecycle.apply().tally.expired == 3


class Dying:
    """Images of which the process dies after some deletions."""

    def __init__(self, images: Any, deletions: int) -> None:
        self._images = images
        self._left = deletions

    def expire(self, *arguments: Any) -> bool:
        if self._left == 0:
            raise SystemExit
        self._left -= 1
        return self._images.expire(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._images, name)


def two_rules() -> str:
    alpha = keep(2, 1, tagStatus="tagged", tagPrefixList=["a"])
    everything = keep(4, 2)
    return alpha.replace("\n    ]\n}", ",") + everything.partition("[")[2]


@pytest.mark.parametrize("deletions", range(9))
def test_a_run_that_is_interrupted_anywhere_ends_as_the_preview_showed(
    world: World, lifecycle: Lifecycle, deletions: int
):
    start = world.clock.now - 1000
    dice = random.Random(7)
    made = [
        LifecycleImage(digest=f"d{n:02}", pushed_at=start + n, tags=dice.choice([("a",), (), ("b",)]))
        for n in range(12)
    ]
    index = LifecycleImage(digest="index", pushed_at=start - 1, tags=("a",), names=("d00", "d01"))
    world.lifecycle_images.add(REPOSITORY, index, *made)
    lifecycle.put(two_rules())
    lifecycle.preview()
    shown = sorted(digests(read(world)))
    assert "index" in shown
    assert len(shown) >= 4
    dying = Dying(world.lifecycle_images, min(deletions, len(shown) - 1))
    with pytest.raises(SystemExit):
        lifecycle.apply(images=dying)
    world.clock.now += 721  # the lease of the dead
    assert lifecycle.apply().is_finished
    assert sorted(world.lifecycle_images.expired) == shown


def test_a_run_resumes_at_the_repository_where_the_time_was_up(world: World, lifecycle: Lifecycle):
    names = [f"r/{letter}" for letter in "abcd"]
    for name in names:
        world.create(name)
        world.lifecycle_images.add(name, *images(world, 2))
        lifecycle.put(keep(1), name)
    lifecycle.now = stepping(world, 1)
    reports = [lifecycle.apply(seconds=8)]
    while not reports[-1].is_finished:
        world.clock.now += 121
        reports.append(lifecycle.apply(seconds=8))
        assert len(reports) < 12
    assert len(reports) > 2
    assert sum(report.tally.expired for report in reports) == 4
    assert all(lifecycle.left(name) == ["d001"] for name in names)


def test_an_image_that_was_tagged_meanwhile_stays(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 3))
    lifecycle.put(keep(1))
    put_page = world.lifecycle.put_page

    def tag_after_the_evaluation(*arguments: Any) -> None:
        put_page(*arguments)
        world.lifecycle_images.add(REPOSITORY, LifecycleImage(digest="d000", pushed_at=1, tags=("new",)))

    world.lifecycle.put_page = tag_after_the_evaluation  # type: ignore[method-assign]
    tally = lifecycle.apply().tally
    assert (tally.expired, tally.skipped) == (1, 1)
    assert lifecycle.left() == ["d000", "d002"]


def test_a_policy_that_is_taken_away_stops_its_run(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 3))
    lifecycle.put(keep(1))
    begin = world.lifecycle.begin_evaluation

    def change_the_policy(*arguments: Any) -> bool:
        lifecycle.put(keep(2))
        return begin(*arguments)

    world.lifecycle.begin_evaluation = change_the_policy  # type: ignore[method-assign]
    report = lifecycle.apply()
    assert (report.is_finished, report.tally.expired) == (True, 0)


def test_a_repository_that_fails_is_counted_and_does_not_stop_the_others(world: World, lifecycle: Lifecycle):
    for name in ("a/fails", "b/works"):
        world.create(name)
        world.lifecycle_images.add(name, *images(world, 2))
        lifecycle.put(keep(1), name)

    class Failing(Dying):
        def pages(self, repository: Any) -> Any:
            if repository.name == "a/fails":
                raise UnavailableError
            return world.lifecycle_images.pages(repository)

    report = lifecycle.apply(images=Failing(world.lifecycle_images, 100))
    assert (report.is_finished, report.tally.failed_repositories, report.tally.expired) == (True, 1, 1)


def test_an_image_that_cannot_be_deleted_now_does_not_stop_the_others(world: World, lifecycle: Lifecycle):
    world.lifecycle_images.add(REPOSITORY, *images(world, 4))
    lifecycle.put(keep(1))

    class Busy(Dying):
        def expire(self, repository: Any, image: LifecycleImage, now: float) -> bool:
            if image.digest == "d001":
                raise UnavailableError
            return world.lifecycle_images.expire(repository, image, now)

    tally = lifecycle.apply(images=Busy(world.lifecycle_images, 0)).tally
    assert (tally.expired, tally.failed_images) == (2, 1)


def test_unused_layers_go_after_their_period_and_never_by_default(world: World, lifecycle: Lifecycle):
    now = world.clock.now
    lifecycle.unused_layers.layers = {"old": (now - 101, False), "used": (now - 101, True), "young": (now - 99, False)}
    assert lifecycle.apply().tally.unlinked_layers == 0
    world.clock.now += INTERVAL
    lifecycle.unused_layer_seconds = 100 + INTERVAL
    assert lifecycle.apply().tally.unlinked_layers == 1
    assert set(lifecycle.unused_layers.layers) == {"used", "young"}


def test_each_repository_that_is_changed_has_one_line_in_the_log(
    world: World, lifecycle: Lifecycle, caplog: pytest.LogCaptureFixture
):
    archiving = keep(1).replace('"type": "expire"', '"type": "transition", "targetStorageClass": "archive"')
    for name, policy in {"a/expires": keep(2), "b/archives": archiving, "c/unchanged": keep(9)}.items():
        world.create(name)
        world.lifecycle_images.add(name, *images(world, 5))
        lifecycle.put(policy, name)
    with caplog.at_level(logging.INFO, "moorage"):
        lifecycle.apply()
    none = {"expired": 0, "archived": 0, "unlinked_layers": 0, "failed_images": 0}
    assert lines(caplog) == [
        {**none, "repository": "a/expires", "expired": 3, "outcome": "Success"},
        {**none, "repository": "b/archives", "archived": 4, "outcome": "Success"},
    ]
    assert {(record.operation, record.caller) for record in caplog.records} == {  # type: ignore[attr-defined]
        ("ApplyLifecycle", "events.amazonaws.com")
    }


def test_a_failure_and_what_is_left_are_in_the_repositorys_line(
    world: World, lifecycle: Lifecycle, caplog: pytest.LogCaptureFixture
):
    class Failing(Dying):
        def pages(self, repository: Any) -> Any:
            if repository.name == "a/fails":
                raise UnavailableError
            return world.lifecycle_images.pages(repository)

        def expire(self, repository: Any, image: LifecycleImage, now: float) -> bool:
            if image.digest == "d001":
                raise UnavailableError
            return super().expire(repository, image, now)

    for name in ("a/fails", "b/is-busy"):
        world.create(name)
        world.lifecycle_images.add(name, *images(world, 4))
        lifecycle.put(keep(1), name)
    with caplog.at_level(logging.INFO, "moorage"):
        lifecycle.apply(images=Failing(world.lifecycle_images, 9))
    failed, incomplete = lines(caplog)
    assert (failed["repository"], failed["outcome"]) == ("a/fails", "UnavailableError")
    assert (incomplete["expired"], incomplete["failed_images"], incomplete["outcome"]) == (2, 1, "Incomplete")


def test_the_layers_that_are_unlinked_are_in_the_repositorys_line(
    world: World, lifecycle: Lifecycle, caplog: pytest.LogCaptureFixture
):
    world.create("a/layers")
    lifecycle.unused_layers.layers = {"old": (world.clock.now - 101, False)}
    lifecycle.unused_layer_seconds = 100
    with caplog.at_level(logging.INFO, "moorage"):
        lifecycle.apply()
    assert [(line["repository"], line["unlinked_layers"]) for line in lines(caplog)] == [("a/layers", 1)]


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    names = ("repository", "expired", "archived", "unlinked_layers", "failed_images", "outcome")
    return [{name: getattr(record, name) for name in names} for record in caplog.records]


def stepping(world: World, step: float) -> Any:
    def now() -> float:
        world.clock.now += step
        return world.clock.now

    return now
