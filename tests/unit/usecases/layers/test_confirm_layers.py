"""Who is told that a layer is there, can rely on it for half of the unused layers' period."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import LayerAlreadyExistsError, LayersNotFoundError
from moorage.domain.layer import Layer
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_layer_upload import complete_layer_upload
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.layers.batch_check_layer_availability import (
    BatchCheckLayerAvailability,
    batch_check_layer_availability,
)
from moorage.usecases.layers.find_layer import FindLayer, find_layer

from tests.support.fakes.memory_catalog import MemoryCatalog
from tests.support.fakes.world import World
from tests.support.layers import digest_of

PERIOD = 1000
LAYER = digest_of(b"layer")


@pytest.fixture
def world() -> World:
    """A registry that unlinks unused layers, with a layer."""
    made = World(unused_layer_seconds=PERIOD)
    made.create()
    made.pushed(b"layer")
    return made


def layer_of(world: World) -> Layer:
    return world.records.layers[(*world.repository_id(), Digest.of(LAYER))]


@pytest.mark.parametrize(("age", "is_written"), [(0, False), (PERIOD / 2 - 1, False), (PERIOD / 2, True), (5e6, True)])
def test_a_check_is_recorded_in_the_last_half_of_the_period(world: World, age: float, is_written: bool):
    world.clock.now += age
    query = BatchCheckLayerAvailability(repository=world.repository_id(), layer_digests=(LAYER,))
    (available,) = batch_check_layer_availability(query, world.ports).available
    assert str(available.digest) == LAYER
    assert layer_of(world).last_confirmed_at == (world.clock.now if is_written else None)


def test_nothing_is_written_where_unused_layers_are_kept(world: World):
    world.clock.now += 5e6
    ports = replace(world.ports, limits=replace(world.ports.limits, unused_layer_seconds=0))
    assert confirm_layers([layer_of(world)], ports) == [layer_of(world)]
    assert layer_of(world).last_confirmed_at is None


def test_every_answer_that_a_layer_is_there_confirms_it(world: World):
    world.clock.now += PERIOD
    find_layer(FindLayer(repository=world.repository_id(), digest=Digest.of(LAYER)), world.ports)
    assert layer_of(world).confirmed_at == world.clock.now
    world.clock.now += PERIOD
    with pytest.raises(LayerAlreadyExistsError):
        world.pushed(b"layer")
    assert layer_of(world).confirmed_at == world.clock.now


class Unlinking(MemoryCatalog):
    """A catalog whose layer is unlinked just before it is confirmed."""

    def confirm(self, layers: Sequence[Layer], now: float) -> frozenset[Digest]:
        for layer in layers:
            self.records.layers.pop((*layer.repository, layer.digest), None)
        return super().confirm(layers, now)


def test_a_layer_that_is_unlinked_at_that_moment_is_not_said_to_be_there(world: World):
    world.clock.now += PERIOD
    ports = replace(world.ports, catalog=Unlinking(world.records))
    query = BatchCheckLayerAvailability(repository=world.repository_id(), layer_digests=(LAYER,))
    assert batch_check_layer_availability(query, ports).missing == (LAYER,)
    world.pushed(b"other")
    with pytest.raises(LayersNotFoundError):
        find_layer(FindLayer(repository=world.repository_id(), digest=Digest.of(LAYER)), ports)


def test_a_push_of_a_layer_that_is_unlinked_at_that_moment_makes_it_again(world: World):
    upload_id = world.uploaded(b"layer")
    world.clock.now += PERIOD / 2
    ports = replace(world.ports, catalog=Unlinking(world.records))
    command = CompleteLayerUpload(upload=world.ref(upload_id), layer_digests=(LAYER,))
    assert str(complete_layer_upload(command, ports).layer_digest) == LAYER
    assert layer_of(world).upload_id == upload_id
