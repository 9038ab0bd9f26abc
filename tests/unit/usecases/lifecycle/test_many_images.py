"""A repository of 100,000 images, more than one invocation has time for: it ends as if there had been time enough.

The clock advances as in AWS: 5 s for each 1,000 images that are read, 20 ms for each image that is deleted.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.lifecycle.evaluation import EvaluationKind
from moorage.domain.repositories.repository import Repository
from moorage.usecases.lifecycle.apply_lifecycle import RESERVE_SECONDS, LifecycleReport

from tests.support.fakes.lifecycle import Lifecycle, keep
from tests.support.fakes.memory_lifecycle import MemoryLifecycleImages
from tests.support.fakes.world import World

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

IMAGES, KEPT = 100_000, 1_000
FEWER_IMAGES = 20_000
PAGE_SECONDS, DELETION_SECONDS = 5.0, 0.02
INVOCATION_SECONDS = 900 - RESERVE_SECONDS
FIRST, SECOND = "a/first", "b/second"


class SlowImages(MemoryLifecycleImages):
    """Images whose pages and deletions take time; `pages_read` counts the pages of each repository."""

    def __init__(self, world: World) -> None:
        super().__init__(page_size=1_000)
        self.world = world
        self.pages_read = {FIRST: 0, SECOND: 0}

    def pages(self, repository: Repository) -> Iterator[list[LifecycleImage]]:
        for page in super().pages(repository):
            self.world.clock.now += PAGE_SECONDS
            self.pages_read[repository.name] += 1
            yield page

    def expire(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        self.world.clock.now += DELETION_SECONDS
        return super().expire(repository, image, now)


class Scene:
    """Two repositories with a policy each; the second one has most of the images, and an index that protects two."""

    def __init__(self) -> None:
        self.world = World()
        self.images = SlowImages(self.world)
        self.lifecycle = Lifecycle(self.world)
        for name, number in ((FIRST, FEWER_IMAGES), (SECOND, IMAGES)):
            self.world.create(name)
            self.images.add(name, *_images(number))
            self.lifecycle.put(keep(KEPT), name)

    def invoke(self, seconds: float) -> LifecycleReport:
        report = self.lifecycle.apply(seconds=seconds, images=self.images)
        self.world.clock.now += 2 * RESERVE_SECONDS  # the schedule's next invocation, after the lease
        return report

    def invoke_until_finished(self, seconds: float) -> list[LifecycleReport]:
        reports = [self.invoke(seconds)]
        while not reports[-1].is_finished:
            reports.append(self.invoke(seconds))
            assert len(reports) < 20
        return reports


def _images(number: int) -> Iterator[LifecycleImage]:
    yield LifecycleImage(digest="index", pushed_at=number, names=("d0000007", "d0000011"))
    for place in range(number - 1):
        tags = (f"build-{place}",) if place % 3 else ()
        yield LifecycleImage(digest=f"d{place:07}", pushed_at=place, tags=tags)


def test_invocations_that_end_at_their_deadline_leave_what_one_without_a_deadline_leaves():
    whole, stopped = Scene(), Scene()
    (report,) = whole.invoke_until_finished(seconds=1_000_000)
    assert report.tally.expired == IMAGES + FEWER_IMAGES - 2 * KEPT - 4
    reports = stopped.invoke_until_finished(INVOCATION_SECONDS)
    assert len(reports) == 5
    assert stopped.images.images == whole.images.images
    assert stopped.images.expired == whole.images.expired
    assert sum(each.tally.expired for each in reports) == report.tally.expired
    assert sum(each.tally.repositories for each in reports) == 2
    assert all(each.tally.skipped == each.tally.failed_images == 0 for each in reports)


def test_decisions_are_made_once_and_again_only_if_the_time_was_up_before_all_images_were_read():
    scene = Scene()
    scene.invoke_until_finished(INVOCATION_SECONDS)
    assert scene.images.pages_read[FIRST] == FEWER_IMAGES / 1_000
    # The first repository took 480 s: the rest of that invocation was enough for 61 of the second's 100 pages.
    assert scene.images.pages_read[SECOND] == 61 + IMAGES / 1_000


def test_a_preview_that_the_api_has_no_time_for_is_finished_by_the_schedule():
    scene = Scene()
    scene.world.ports = replace(scene.world.ports, lifecycle_images=scene.images)
    assert not scene.lifecycle.preview(keep(KEPT), SECOND).is_complete
    assert scene.invoke(INVOCATION_SECONDS).tally.previews == 1
    found = scene.world.lifecycle.look_up(scene.world.repository_id(SECOND), EvaluationKind.PREVIEW).evaluation
    assert found is not None
    assert (found.is_complete, found.expiring) == (True, IMAGES - KEPT - 2)
