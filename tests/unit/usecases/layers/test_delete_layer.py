"""DeleteLayer: a layer goes at once, unless an image needs it, whoever else is at it."""

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import InUseError, LayersNotFoundError, RepositoryNotFoundError, UnavailableError
from moorage.usecases.images.push.put_image import PutImage, put_image
from moorage.usecases.layers.delete_layer import DeleteLayer, delete_layer
from moorage.usecases.ports import Ports

from tests.support.fakes.world import World
from tests.support.images import manifest
from tests.support.interleaving import before
from tests.support.layers import digest_of

LAYER = b"layer"


@pytest.fixture
def world() -> World:
    """A registry with one layer."""
    made = World(unused_layer_seconds=1000)
    made.create()
    made.pushed(LAYER)
    return made


def delete(world: World, ports: Ports | None = None) -> None:
    command = DeleteLayer(repository=world.repository_id(), digest=Digest.of(digest_of(LAYER)))
    delete_layer(command, ports or world.ports)


def put(world: World) -> None:
    content = manifest(LAYER).encode()
    put_image(PutImage(repository=world.repository_id(), content=content), world.ports)


def is_there(world: World) -> bool:
    return (*world.repository_id(), Digest.of(digest_of(LAYER))) in world.records.layers


def test_a_layer_that_was_confirmed_just_now_is_deleted(world: World):
    delete(world)
    assert not is_there(world)
    with pytest.raises(LayersNotFoundError):
        delete(world)


def test_a_layer_that_an_image_names_stays(world: World):
    put(world)
    with pytest.raises(InUseError):
        delete(world)
    assert is_there(world)


def test_of_a_push_and_a_deletion_the_push_wins_if_its_uses_are_recorded(world: World):
    with pytest.raises(InUseError):
        delete(world, before(world.ports, "unused_layers.unlink", lambda: put(world)))
    assert is_there(world)


def test_a_rivals_deletion_counts(world: World):
    delete(world, before(world.ports, "unused_layers.unlink", lambda: delete(world)))
    assert not is_there(world)


def test_a_layer_that_others_confirm_again_and_again_is_left_to_another_request(world: World):
    def confirm() -> None:
        world.clock.now += 1
        ((key, layer),) = world.records.layers.items()
        world.ports.catalog.confirm([layer], world.clock.now)
        assert key in world.records.layers

    with pytest.raises(UnavailableError):
        delete(world, before(world.ports, "unused_layers.unlink", confirm, every_time=True))
    assert is_there(world)


def test_an_unknown_repository(world: World):
    with pytest.raises(RepositoryNotFoundError):
        delete_layer(DeleteLayer(repository=world.repository_id("no"), digest=Digest.of(digest_of(b""))), world.ports)
