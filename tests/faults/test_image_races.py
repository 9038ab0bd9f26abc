"""Rival pushes and removals of images on the embedded engine: one consistent winner, and every image stays whole."""

from collections.abc import Sequence

import pytest
from moorage.adapters.dynamodb import backoff
from moorage_local.stack.stack import Stack

from tests.support.faults.image_rivals import (
    CONFIG,
    IMAGE,
    LAYER,
    NAME,
    WEEK,
    deleting,
    images,
    putting,
    require_whole,
    run_lifecycle,
    stocked,
    tags_in,
)
from tests.support.faults.racing import end, names, race
from tests.support.faults.registry import Answer, LocalRegistry
from tests.support.images import index, manifest
from tests.support.layers import digest_of
from tests.support.lifecycle import POLICY

RIVALS = 32


@pytest.fixture
def registry(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> LocalRegistry:
    monkeypatch.setattr(backoff, "FIRST_PAUSE_SECONDS", 0.002)
    return stocked()


def variants(number: int) -> Sequence[str]:
    """Images that differ in nothing but an annotation."""
    return [manifest(CONFIG, LAYER, annotations={"rival": str(each)}) for each in range(number)]


def test_rivals_that_put_one_tag_have_one_winner(registry: LocalRegistry, seed: int) -> None:
    contents = variants(RIVALS)
    answers = race(seed, [putting(registry, content, "latest") for content in contents])
    assert names(answers) == {None: RIVALS}
    found = images(registry)
    assert found.keys() == {digest_of(content) for content in contents}
    assert tags_in(found) == ["latest"]
    end(registry)


def test_of_rivals_that_put_one_immutable_tag_one_gets_it(registry: LocalRegistry, seed: int) -> None:
    registry.must("PutImageTagMutability", repositoryName=NAME, imageTagMutability="IMMUTABLE")
    answers = race(seed, [putting(registry, content, "v1") for content in variants(RIVALS)])
    assert names(answers) == {None: 1, "ImageTagAlreadyExistsException": RIVALS - 1}
    assert list(images(registry).values()) == [["v1"]]
    end(registry)


def test_of_rivals_that_put_one_image_one_is_told_that_it_is_new(registry: LocalRegistry, seed: int) -> None:
    answers = race(seed, [putting(registry, IMAGE, "v1")] * RIVALS)
    assert names(answers) == {None: 1, "ImageAlreadyExistsException": RIVALS - 1}
    assert images(registry) == {digest_of(IMAGE): ["v1"]}
    end(registry)


def test_an_image_against_the_removal_of_its_unused_layers_has_them_or_is_refused(
    registry: LocalRegistry, seed: int
) -> None:
    answers = race(seed, [putting(registry, IMAGE, "v1"), run_lifecycle(registry, unused_layer_seconds=WEEK)])
    assert answers[0][0] in {None, "LayersNotFoundException"}
    if answers[0][0] is None:
        require_whole(registry, IMAGE)
    else:
        # At worst, the client is told so and pushes again.
        for content in (CONFIG, LAYER):
            if registry.call("GetDownloadUrlForLayer", repositoryName=NAME, layerDigest=digest_of(content))[0]:
                registry.push(NAME, content)
        assert putting(registry, IMAGE, "v1")()[0] is None
    assert images(registry) == {digest_of(IMAGE): ["v1"]}
    end(registry)


def test_an_index_against_the_deletion_of_a_child_has_it_or_is_refused(registry: LocalRegistry, seed: int) -> None:
    putting(registry, IMAGE)()
    whole = index([IMAGE])
    answers = race(seed, [putting(registry, whole, "all"), deleting(registry, imageDigest=digest_of(IMAGE))])
    if answers[0][0] is None:
        assert [each["failureCode"] for each in answers[1][1]["failures"]] == ["ImageReferencedByManifestList"]
        require_whole(registry, whole, IMAGE)
    else:
        assert answers[0][0] == "ReferencedImagesNotFoundException"
        assert images(registry) == {}
    end(registry)


def test_a_tag_against_the_deletion_of_its_image_never_points_to_nothing(registry: LocalRegistry, seed: int) -> None:
    putting(registry, IMAGE, "v1")()
    answers = race(
        seed,
        [
            *(putting(registry, IMAGE, f"more{number}") for number in range(4)),
            deleting(registry, imageDigest=digest_of(IMAGE)),
            deleting(registry, imageTag="v1"),
        ],
    )
    assert set(names(answers)) == {None}
    found = images(registry)
    assert found.keys() <= {digest_of(IMAGE)}
    for number in range(4):
        listed = f"more{number}" in tags_in(found)
        pulled = registry.must("BatchGetImage", repositoryName=NAME, imageIds=[{"imageTag": f"more{number}"}])
        assert bool(pulled["images"]) == listed
    end(registry)


def test_moving_a_tag_against_its_deletion_leaves_one_truth(registry: LocalRegistry, seed: int) -> None:
    first, *others = variants(5)
    putting(registry, first, "v1")()
    moving = [putting(registry, content, "v1") for content in others]
    answers = race(seed, [*moving, deleting(registry, imageTag="v1"), deleting(registry, imageTag="v1")])
    assert set(names(answers)) == {None}
    found = images(registry)
    assert len(tags_in(found)) <= 1
    end(registry)


def test_images_against_the_deletion_of_their_repository_leave_nothing_half(registry: LocalRegistry, seed: int) -> None:
    acts = [putting(registry, content, f"t{number}") for number, content in enumerate(variants(8))]
    dropping = lambda: registry.call("DeleteRepository", repositoryName=NAME, force=True)  # noqa: E731
    answers = race(seed, [*acts, dropping])
    assert answers[-1][0] is None
    assert set(names(answers[:-1])) <= {None, "RepositoryNotFoundException", "LayersNotFoundException"}
    assert registry.call("DescribeRepositories")[1]["repositories"] == []
    end(registry)


def test_an_image_against_the_collector_of_its_content_is_whole(registry: LocalRegistry, seed: int) -> None:
    registry.must("DeleteRepository", repositoryName=NAME, force=True)
    registry.reap()
    registry.must("CreateRepository", repositoryName=NAME)
    registry.expire(registry.settings.blob_grace_seconds - registry.settings.upload_lifetime_seconds // 2)
    uploads = [registry.upload(NAME, content) for content in (CONFIG, LAYER)]

    def push() -> Answer:
        for upload in uploads:
            error, body = registry.complete(NAME, *upload)
            if error not in (None, "UploadNotFoundException", "LayerAlreadyExistsException"):
                return error, body
        return putting(registry, IMAGE, "v1")()

    def collect() -> Answer:
        registry.expire(registry.settings.upload_lifetime_seconds // 2 + 1)
        registry.reap()
        return None, {}

    answers = race(seed, [push, collect])
    registry.reap()
    assert answers[0][0] in {None, "LayersNotFoundException"}
    if answers[0][0] is None:
        require_whole(registry, IMAGE)
    end(registry)


def test_a_new_tag_against_the_expiry_of_its_image_keeps_both_or_pushes_again(
    registry: LocalRegistry, seed: int
) -> None:
    putting(registry, IMAGE, "old")()
    registry.must("PutLifecyclePolicy", repositoryName=NAME, lifecyclePolicyText=POLICY)
    whole = index([IMAGE])
    acts = [putting(registry, IMAGE, "new"), putting(registry, whole, "all"), run_lifecycle(registry)]
    answers = race(seed, acts)
    found = images(registry)
    assert answers[0][0] is None
    if "new" in found.get(digest_of(IMAGE), ()):
        require_whole(registry, IMAGE)
    if digest_of(whole) in found:
        require_whole(registry, whole, IMAGE)
    assert answers[1][0] in {None, "ReferencedImagesNotFoundException"}
    end(registry)
