"""Mounting between repositories: what is not the caller's to take is asked for as bytes."""

from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers.mount_layer import MountLayer, mount_layer
from moorage.usecases.repositories._find_repository import find_repository

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.layers import digest_of

CONTENT = b"0123456789abcdefghij-end"
OTHER = "harbour/other"


def mounted(world: World, source: RepositoryId) -> bool:
    """Whether the layer of the other repository can be mounted in the usual one."""
    target = find_repository(RepositoryId(REGISTRY_ID, REPOSITORY), world.ports)
    command = MountLayer(repository=target, mount_from=source, layer_digest=Digest.of(digest_of(CONTENT)))
    return mount_layer(command, world.ports) is not None


def test_a_layer_of_the_same_registry_is_mounted(world: World):
    world.create(OTHER)
    world.pushed(CONTENT, OTHER)
    assert mounted(world, RepositoryId(REGISTRY_ID, OTHER))


def test_a_layer_of_another_registry_is_not_mounted(world: World):
    """No request makes such a repository, but a table may be shared."""
    world.create(OTHER)
    world.pushed(CONTENT, OTHER)
    foreign = RepositoryId("999999999999", OTHER)
    own = world.records.repositories[RepositoryId(REGISTRY_ID, OTHER)]
    world.records.repositories[foreign] = replace(own, id=foreign)
    for layer in list(world.records.layers.values()):
        world.records.layers[*foreign, layer.digest] = replace(layer, repository=foreign)
    for content, blob in list(world.records.blobs.items()):
        there = content._replace(registry_id=foreign.registry_id)
        world.records.blobs[there] = replace(blob, registry_id=foreign.registry_id)
    assert not mounted(world, foreign)
