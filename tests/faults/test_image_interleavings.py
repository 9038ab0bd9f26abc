"""A removal at an exact place of a push: what the push names is kept, or the push is refused."""

import pytest
from moorage_local.stack.stack import Stack

from tests.support.faults.image_rivals import (
    IMAGE,
    WEEK,
    deleting,
    images,
    putting,
    require_whole,
    run_lifecycle,
    stocked,
)
from tests.support.faults.racing import end
from tests.support.faults.registry import Answer, LocalRegistry
from tests.support.images import index
from tests.support.interleaving import before
from tests.support.layers import digest_of

PLACES = ("images.look_up", "images.record_uses", "images.commit")


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    return stocked()


@pytest.mark.parametrize("place", PLACES)
def test_layers_that_are_unlinked_at_any_place_of_a_push_are_kept_or_named(registry: LocalRegistry, place: str) -> None:
    removal = run_lifecycle(registry, unused_layer_seconds=WEEK)
    registry.ports = before(registry.ports, place, removal)
    error, body = putting(registry, IMAGE, "v1")()
    if place == "images.commit":
        assert error is None, body  # the removal has seen the use
        require_whole(registry, IMAGE)
    else:
        assert error == "LayersNotFoundException"
        assert images(registry) == {}
    end(registry)


@pytest.mark.parametrize("place", PLACES)
def test_a_child_that_is_deleted_at_any_place_of_an_indexs_push_is_kept_or_named(
    registry: LocalRegistry, place: str
) -> None:
    putting(registry, IMAGE)()
    whole, answers = index([IMAGE]), list[Answer]()
    registry.ports = before(
        registry.ports, place, lambda: answers.append(deleting(registry, imageDigest=digest_of(IMAGE))())
    )
    error, body = putting(registry, whole, "all")()
    if place == "images.commit":
        assert error is None, body
        assert answers[0][1]["failures"][0]["failureCode"] == "ImageReferencedByManifestList"
        require_whole(registry, whole, IMAGE)
    else:
        assert error == "ReferencedImagesNotFoundException"
        assert images(registry) == {}
    end(registry)
