"""DeleteManifest: a tag alone, or an image with its tags, whoever moves the tag meanwhile."""

import pytest
from moorage.domain.errors import ImageNotFoundError, InUseError, UnavailableError
from moorage.domain.images.image_id import ImageId
from moorage.usecases.images.delete_manifest import DeleteManifest, delete_manifest
from moorage.usecases.images.push.put_image import PutImage, put_image
from moorage.usecases.ports import Ports

from tests.support.fakes.world import World
from tests.support.images import index, manifest
from tests.support.interleaving import before
from tests.support.layers import digest_of

LAYER = b"layer"
FIRST, SECOND = (manifest(LAYER, annotations={"mark": mark}) for mark in ("one", "two"))


@pytest.fixture
def world() -> World:
    """A registry with a layer, and an image that is tagged."""
    made = World()
    made.create()
    made.pushed(LAYER)
    put(made, FIRST, "v1")
    return made


def put(world: World, content: str, tag: str | None = None) -> None:
    put_image(PutImage(repository=world.repository_id(), content=content.encode(), tag=tag), world.ports)


def delete(world: World, ports: Ports | None = None, **image_id: str) -> str:
    command = DeleteManifest(repository=world.repository_id(), image_id=ImageId(**image_id))
    return str(delete_manifest(command, ports or world.ports))


def test_the_last_tag_goes_and_its_image_stays(world: World):
    assert delete(world, tag="v1") == digest_of(FIRST)
    with pytest.raises(ImageNotFoundError):
        delete(world, tag="v1")
    assert delete(world, digest=digest_of(FIRST)) == digest_of(FIRST)


def test_an_image_that_an_index_names_stays(world: World):
    put(world, index([FIRST]))
    with pytest.raises(InUseError):
        delete(world, digest=digest_of(FIRST))
    assert delete(world, tag="v1") == digest_of(FIRST)


def test_a_tag_that_moves_meanwhile_is_deleted_where_it_is(world: World):
    moved = before(world.ports, "images.remove_tags", lambda: put(world, SECOND, "v1"))
    assert delete(world, moved, tag="v1") == digest_of(SECOND)
    with pytest.raises(ImageNotFoundError):
        delete(world, tag="v1")


def test_a_tag_that_never_stands_still_is_left_to_another_request(world: World):
    marks = iter(range(100))

    def move() -> None:
        put(world, manifest(LAYER, annotations={"mark": str(next(marks))}), "v1")

    with pytest.raises(UnavailableError):
        delete(world, before(world.ports, "images.remove_tags", move, every_time=True), tag="v1")


def test_a_tag_that_a_rival_deletes_is_unknown(world: World):
    with pytest.raises(ImageNotFoundError):
        delete(world, before(world.ports, "images.remove_tags", lambda: delete(world, tag="v1")), tag="v1")
