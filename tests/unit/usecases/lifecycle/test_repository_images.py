"""What a lifecycle's decisions do with images as they are stored, while others push, move tags and delete."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import LayersNotFoundError
from moorage.domain.images.image import Image
from moorage.domain.layer import Layer
from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.lifecycle.repository_images import RepositoryImages
from moorage.usecases.lifecycle.repository_layers import RepositoryLayers
from moorage.usecases.ports.images import Commit, NewTag
from moorage.usecases.ports.removals import Use

from tests.support.fakes.harbour import CONFIG, ONE, TWO, Harbour, image
from tests.support.fakes.memory_removals import MemoryRemovals
from tests.support.images import index
from tests.support.layers import digest_of

DAY = 86_400


class RivalRemovals(MemoryRemovals):
    """Removals during which somebody acts right before, or right after, the look for uses."""

    def __init__(self, harbour: Harbour, *, before: Callable[[], object] | None = None, after=None) -> None:
        super().__init__(harbour.images)
        self.before, self.after = before, after

    def uses_of(self, repository: RepositoryId, named: Digest) -> list[Use]:
        self.before, act = None, self.before
        if act:
            act()
        found = super().uses_of(repository, named)
        self.after, act = None, self.after
        if act:
            act()
        return found


@pytest.fixture
def harbour() -> Harbour:
    return Harbour()


def repository_of(harbour: Harbour) -> Repository:
    return harbour.records.repositories[harbour.repository_id()]


def images_of(harbour: Harbour, removals: MemoryRemovals | None = None) -> RepositoryImages:
    return RepositoryImages(harbour.images, removals or harbour.removals)


def seen(harbour: Harbour, content: str) -> LifecycleImage:
    """The image as a rule sees it now."""
    pages = images_of(harbour).pages(repository_of(harbour))
    return next(each for page in pages for each in page if each.digest == digest_of(content))


def expire(harbour: Harbour, decided: LifecycleImage, removals: MemoryRemovals | None = None) -> bool:
    return images_of(harbour, removals).expire(repository_of(harbour), decided, harbour.clock.now)


def archive(harbour: Harbour, decided: LifecycleImage) -> bool:
    return images_of(harbour).archive(repository_of(harbour), decided, harbour.clock.now)


def uses(harbour: Harbour) -> set[Digest]:
    return {use.by for use in harbour.removals.all_uses(harbour.repository_id())}


def test_rules_see_everything_that_is_stored_of_an_image(harbour: Harbour):
    child = harbour.put(image(ONE), "v1")
    harbour.images.record_pull(child, harbour.clock.now)
    harbour.put(index([image(ONE)]))
    assert seen(harbour, image(ONE)) == LifecycleImage(
        digest=digest_of(image(ONE)), pushed_at=child.pushed_at, tags=("v1",), pulled_at=harbour.clock.now
    )
    assert seen(harbour, index([image(ONE)])).names == (digest_of(image(ONE)),)


def test_an_image_goes_with_its_tags_and_its_uses(harbour: Harbour):
    harbour.put(image(ONE), "v1")
    harbour.put(image(TWO), "v2")
    assert expire(harbour, seen(harbour, image(ONE)))
    assert harbour.tags(image(ONE)) is None
    assert harbour.tags(image(TWO)) == ("v2",)
    assert uses(harbour) == {Digest.of(digest_of(image(TWO)))}
    assert not expire(harbour, replace(seen(harbour, image(TWO)), digest=digest_of(image(ONE))))


def test_an_image_that_changed_since_it_was_evaluated_stays(harbour: Harbour):
    harbour.put(image(ONE), "v1")
    decided = seen(harbour, image(ONE))
    for stale in (
        replace(decided, tags=()),
        replace(decided, tags=("v1", "v2")),
        replace(decided, pushed_at=1.0),
        replace(decided, storage_class=StorageClass.ARCHIVE),
    ):
        assert not expire(harbour, stale)
        assert not archive(harbour, stale)
    assert harbour.tags(image(ONE)) == ("v1",)


def test_what_an_index_names_stays_and_can_be_pushed_on(harbour: Harbour):
    harbour.put(image(ONE))
    harbour.put(index([image(ONE)]), "all")
    assert not expire(harbour, seen(harbour, image(ONE)))
    assert harbour.images.look(harbour.repository_id(), Digest.of(digest_of(image(ONE)))).deleting_at is None
    assert not archive(harbour, seen(harbour, image(ONE)))
    assert archive(harbour, seen(harbour, index([image(ONE)])))
    assert archive(harbour, seen(harbour, image(ONE)))
    assert not expire(harbour, seen(harbour, image(ONE)))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_index_that_is_pushed_meanwhile_has_all_that_it_names(harbour: Harbour, moment: str):
    harbour.put(image(ONE))
    decided = seen(harbour, image(ONE))
    rival = RivalRemovals(harbour, **{moment: lambda: harbour.put(index([image(ONE)]), "all")})
    assert not expire(harbour, decided, rival)
    assert (harbour.tags(image(ONE)), harbour.tags(index([image(ONE)]))) == ((), ("all",))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_tag_that_is_put_meanwhile_keeps_its_image(harbour: Harbour, moment: str):
    harbour.put(image(ONE))
    decided = seen(harbour, image(ONE))
    rival = RivalRemovals(harbour, **{moment: lambda: harbour.put(image(ONE), "v1")})
    assert not expire(harbour, decided, rival)
    assert harbour.tags(image(ONE)) == ("v1",)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_tag_that_moves_away_meanwhile_keeps_its_image_for_the_next_run(harbour: Harbour, moment: str):
    harbour.put(image(ONE), "v1")
    decided = seen(harbour, image(ONE))
    rival = RivalRemovals(harbour, **{moment: lambda: harbour.put(image(TWO), "v1")})
    assert not expire(harbour, decided, rival)
    assert (harbour.tags(image(ONE)), harbour.tags(image(TWO))) == ((), ("v1",))


def test_an_image_is_archived_where_its_bytes_are(harbour: Harbour):
    harbour.put(image(ONE), "v1")
    assert archive(harbour, seen(harbour, image(ONE)))
    found = seen(harbour, image(ONE))
    assert (found.storage_class, found.archived_at, found.tags) == ("archive", harbour.clock.now, ("v1",))
    assert not archive(harbour, found)


# --- layers ---------------------------------------------------------------------------------------------------


def layers_of(harbour: Harbour, removals: MemoryRemovals | None = None) -> RepositoryLayers:
    return RepositoryLayers(harbour.ports.catalog, harbour.images, removals or harbour.removals)


def candidates(harbour: Harbour, unused_since: float) -> list[Layer]:
    pages = layers_of(harbour).candidates(repository_of(harbour), unused_since, harbour.clock.now)
    return [layer for page in pages for layer in page]


def unlink(harbour: Harbour, removals: MemoryRemovals | None = None) -> bool:
    """Unlink TWO, if it is unused."""
    layer = harbour.records.layers[(*harbour.repository_id(), Digest.of(digest_of(TWO)))]
    now = harbour.clock.now
    return layers_of(harbour, removals).unlink(repository_of(harbour), layer, now, now)


def has_two(harbour: Harbour) -> bool:
    return (*harbour.repository_id(), Digest.of(digest_of(TWO))) in harbour.records.layers


def test_only_layers_without_an_image_that_nobody_asked_for_are_candidates(harbour: Harbour):
    harbour.put(image(ONE))
    pushed_at = harbour.clock.now
    assert {str(layer.digest) for layer in candidates(harbour, pushed_at)} == {digest_of(TWO)}
    assert candidates(harbour, pushed_at - 1) == []


def test_a_layer_goes_once_its_last_image_is_gone(harbour: Harbour):
    harbour.put(image(TWO))
    assert candidates(harbour, harbour.clock.now)[0].digest == Digest.of(digest_of(ONE))
    assert not unlink(harbour)
    expire(harbour, seen(harbour, image(TWO)))
    assert unlink(harbour)
    assert not has_two(harbour)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_image_that_is_pushed_meanwhile_has_its_layers(harbour: Harbour, moment: str):
    rival = RivalRemovals(harbour, **{moment: lambda: harbour.put(image(TWO))})
    assert not unlink(harbour, rival)
    assert has_two(harbour)
    assert harbour.tags(image(TWO)) == ()


def test_an_image_that_comes_too_late_is_told_which_layer_to_push_again(harbour: Harbour):
    assert unlink(harbour)
    with pytest.raises(LayersNotFoundError, match=digest_of(TWO)):
        harbour.put(image(TWO))
    harbour.pushed(TWO)
    assert harbour.put(image(TWO))


def broken_push(harbour: Harbour) -> Image:
    """What a push leaves that ended after it had recorded its uses."""
    made = harbour.put(image(TWO))
    harbour.images.repository(harbour.repository_id()).images.clear()
    return made


def test_a_broken_push_keeps_its_layers_for_a_day(harbour: Harbour):
    broken_push(harbour)
    assert not unlink(harbour)
    assert Digest.of(digest_of(TWO)) not in {layer.digest for layer in candidates(harbour, harbour.clock.now)}
    harbour.clock.now += DAY
    assert Digest.of(digest_of(TWO)) in {layer.digest for layer in candidates(harbour, harbour.clock.now)}
    assert unlink(harbour)
    named = {use.named for use in harbour.removals.all_uses(harbour.repository_id())}
    assert named == {Digest.of(digest_of(CONFIG))}


def test_a_push_that_is_repeated_after_a_day_is_not_robbed_of_its_uses(harbour: Harbour):
    made = broken_push(harbour)
    harbour.clock.now += DAY
    rival = RivalRemovals(harbour, after=lambda: harbour.put(image(TWO)))
    assert not unlink(harbour, rival)
    assert has_two(harbour)
    uses_now = harbour.removals.uses_of(harbour.repository_id(), Digest.of(digest_of(TWO)))
    assert [use.push_id != made.push_id for use in uses_now] == [True]
    new = NewTag(tag="v1", moved_from=None, max_tags=3)
    again = harbour.images.look(harbour.repository_id(), made.digest)
    assert harbour.images.add_tag(repository_of(harbour), again, new) is Commit.DONE
