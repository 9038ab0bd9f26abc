"""Lifecycle policies against a model without any index: the evaluator, and a whole run on stored images."""

import contextlib
import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from moorage.domain.digest import Digest
from moorage.domain.errors import InvalidParameterError
from moorage.domain.images.image import Image
from moorage.domain.lifecycle.evaluate import Decision, LifecycleImage, evaluate
from moorage.domain.lifecycle.evaluation import EvaluationKind
from moorage.domain.lifecycle.parse import parse_lifecycle_policy
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Repository
from moorage.usecases.lifecycle.apply_lifecycle import LifecycleReport, apply_lifecycle
from moorage.usecases.lifecycle.lifecycle_policy import PutLifecyclePolicy, put_lifecycle_policy
from moorage.usecases.lifecycle.repository_images import RepositoryImages
from moorage.usecases.lifecycle.repository_layers import RepositoryLayers
from moorage.usecases.lifecycle.start_lifecycle_policy_preview import (
    StartLifecyclePolicyPreview,
    start_lifecycle_policy_preview,
)
from moorage.usecases.ports.images import NewTag
from moorage.usecases.ports.lifecycle import LifecyclePorts

from tests.support.fakes.memory_unrecorded import MemoryUnrecorded
from tests.support.fakes.world import World
from tests.support.lifecycle_model import NOW, documents, images, model


@settings(max_examples=400)
@given(documents(), images(), st.randoms(use_true_random=False))
def test_the_evaluator_decides_as_the_model_does(
    document: list[dict[str, Any]], all_images: list[LifecycleImage], shuffle: random.Random
) -> None:
    try:
        policy = parse_lifecycle_policy(json.dumps({"rules": document}))
    except InvalidParameterError:
        return  # two rules happened to be alike
    shuffled = list(all_images)
    shuffle.shuffle(shuffled)
    decisions = evaluate(policy, iter(shuffled), NOW)
    assert {each.image.digest: (str(each.action), each.rule_priority) for each in decisions} == model(
        document, all_images
    )
    order = [(each.rule_priority, each.image.ordered_at, each.image.digest) for each in decisions]
    assert order == sorted(order)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(st.text(), of)
    )
)
def test_any_json_is_a_policy_or_refused(document: Any) -> None:
    for text in (json.dumps(document), json.dumps({"rules": document}), json.dumps({"rules": [document]})):
        with contextlib.suppress(InvalidParameterError):  # anything else that it raises fails the test
            assert parse_lifecycle_policy(text).rules


# --- a whole run, on images as they are stored ---------------------------------------------------------------


def real(name: str) -> Digest:
    """The digest of an image that the model calls by a short name; digests are in the order of the names."""
    return Digest("sha256", name.encode().hex().ljust(64, "0"))


def with_tags_of_their_own(drawn: list[LifecycleImage]) -> list[LifecycleImage]:
    """The images as a repository can have them: a tag points to one image."""
    taken: set[str] = set()
    found = []
    for each in drawn:
        found.append(replace(each, tags=tuple(tag for tag in each.tags if tag not in taken)))
        taken.update(each.tags)
    return found


class CrashError(Exception):
    """The end of an invocation, at any point."""


class Dying(RepositoryImages):
    """Images whose invocation ends before or after its n-th change."""

    def __init__(self, world: World, changes_left: int, *, before: bool) -> None:
        super().__init__(world.images, world.removals)
        self.changes_left, self.before = changes_left, before

    def expire(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        self._count(is_before=True)
        done = super().expire(repository, image, now)
        self._count(is_before=False)
        return done

    def archive(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        self._count(is_before=True)
        done = super().archive(repository, image, now)
        self._count(is_before=False)
        return done

    def _count(self, *, is_before: bool) -> None:
        if is_before is self.before:
            self.changes_left -= 1
            if self.changes_left == 0:
                raise CrashError


class Stored:
    """A repository in memory that stores some images."""

    def __init__(self, all_images: list[LifecycleImage]) -> None:
        self.world = World()
        self.world.clock.now = NOW
        self.repository = self.world.create()
        self.images = RepositoryImages(self.world.images, self.world.removals)
        for each in all_images:
            self._put(each)

    def _put(self, each: LifecycleImage) -> None:
        made = Image(
            repository=self.repository.id,
            digest=real(each.digest),
            push_id=f"push of {each.digest}",
            media_type="m",
            artifact_type=None,
            manifest_bytes=1,
            size_bytes=1,
            pushed_at=each.pushed_at,
            children=tuple(real(name) for name in each.names),
            subject=None if each.subject is None else real(each.subject),
            content=b"{}",
            pulled_at=each.pulled_at,
            storage_class=each.storage_class,
            archived_at=each.archived_at,
            restored_at=each.restored_at,
        )
        self.world.images.record_uses(self.repository, made, None)
        self.world.images.commit(self.repository, made, None)
        for tag in each.tags:
            self.world.images.add_tag(self.repository, made, NewTag(tag=tag, moved_from=None, max_tags=9))

    def preview(self, text: str) -> list[Decision]:
        ports = replace(self.world.ports, lifecycle_images=self.images)
        command = StartLifecyclePolicyPreview(repository=self.repository.id, text=text)
        kind, preview = EvaluationKind.PREVIEW, start_lifecycle_policy_preview(command, ports)
        pages = [self.world.lifecycle.get_page(self.repository, kind, preview, page) for page in range(preview.pages)]
        return [decision for page in pages for decision in page]

    def apply(self, with_images: RepositoryImages) -> LifecycleReport:
        world = self.world
        ports = LifecyclePorts(
            registry_id=world.registry_id,
            repositories=world.ports.repositories,
            lifecycle=world.lifecycle,
            images=with_images,
            unused_layers=RepositoryLayers(world.ports.catalog, world.images, world.removals),
            unrecorded=MemoryUnrecorded(world.records, world.content, world.registry_id),
            runs=world.lifecycle,
            now=world.clock,
            new_id=world.ports.new_id,
            interval_seconds=86_400,
            unused_layer_seconds=0,
            workers=1,
        )
        return apply_lifecycle(world.clock.now + 600, ports)

    def left(self) -> dict[str, str]:
        """The storage class of each image."""
        found = [image for page in self.images.pages(self.repository) for image in page]
        return {image.digest: image.storage_class.value for image in found}


@settings(max_examples=150, deadline=None)
@given(documents(), images(), st.integers(0, 4), st.booleans())
def test_a_run_does_what_its_preview_showed_and_the_model_says_wherever_it_is_interrupted(
    document: list[dict[str, Any]], drawn: list[LifecycleImage], crash_at: int, before: bool
) -> None:
    text, all_images = json.dumps({"rules": document}), with_tags_of_their_own(drawn)
    stored = Stored(all_images)
    try:
        command = PutLifecyclePolicy(repository=stored.repository.id, text=text)
        put_lifecycle_policy(command, stored.world.ports)
    except InvalidParameterError:
        return  # two rules happened to be alike
    decided = {str(real(name)): decision for name, decision in model(document, all_images).items()}
    shown = {each.image.digest: (str(each.action), each.rule_priority) for each in stored.preview(text)}
    assert shown == decided
    with contextlib.suppress(CrashError):
        stored.apply(Dying(stored.world, crash_at, before=before))
    stored.world.clock.now += 1000  # the lease of the invocation that ended
    report = stored.apply(stored.images)
    assert report.is_finished
    ends = {digest: action for digest, (action, _) in decided.items()}
    expected = {str(real(each.digest)): each.storage_class.value for each in all_images}
    expected |= {digest: StorageClass.ARCHIVE.value for digest, action in ends.items() if action == "transition"}
    assert stored.left() == {digest: each for digest, each in expected.items() if ends.get(digest) != "expire"}
    gone = {digest for digest, action in ends.items() if action == "expire"}
    kept = stored.world.images.repository(stored.repository.id)
    assert not {str(by) for _, by in kept.uses} & gone
    assert not {str(digest) for digest in kept.tags.values()} & gone
