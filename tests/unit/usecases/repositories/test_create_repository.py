"""CreateRepository."""

import pytest
from moorage.domain.errors import (
    InvalidParameterError,
    InvalidTagError,
    RepositoryAlreadyExistsError,
    TooManyTagsError,
)
from moorage.domain.repositories.repository import Encryption, RepositoryId, TagMutability
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World


def create(world: World, **members: object):
    command = CreateRepository(**{"repository": RepositoryId(REGISTRY_ID, "harbour/new"), **members})
    return create_repository(command, world.ports)


def test_a_repository_is_kept_as_it_was_asked_for(world: World):
    made = create(
        world,
        encryption=Encryption("KMS", "alias/one"),
        tag_mutability=TagMutability.IMMUTABLE,
        scan_on_push=True,
        tags=(("team", "quay"),),
    )
    assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, "harbour/new")) == made
    assert (made.encryption.kms_key, made.tag_mutability, made.scan_on_push) == ("alias/one", "IMMUTABLE", True)
    assert (made.created_at, made.tags) == (world.clock.now, (("team", "quay"),))


def test_a_name_can_be_taken_once(world: World):
    with pytest.raises(RepositoryAlreadyExistsError, match=f"'{REPOSITORY}' already exists"):
        create(world, repository=RepositoryId(REGISTRY_ID, REPOSITORY))


def test_every_repository_is_told_from_an_earlier_one_of_its_name(world: World):
    first = create(world)
    world.delete("harbour/new")
    assert create(world).incarnation != first.incarnation


def test_another_registry_cannot_be_created_in(world: World):
    with pytest.raises(InvalidParameterError, match="'registryId'"):
        create(world, repository=RepositoryId("999999999999", "harbour/new"))


def test_only_so_many_tags_are_taken(world: World):
    tags = tuple((f"key-{number}", "") for number in range(51))
    with pytest.raises(TooManyTagsError, match="at most 50"):
        create(world, tags=tags)
    assert len(create(world, tags=tags[:50]).tags) == 50


@pytest.mark.parametrize(
    "tags",
    [(("", "v"),), (("k" * 129, "v"),), (("k", "v" * 257),), (("k", "one"), ("k", "two"))],
    ids=["no key", "long key", "long value", "key twice"],
)
def test_a_tag_that_cannot_be_is_refused(world: World, tags: tuple[tuple[str, str], ...]):
    with pytest.raises(InvalidTagError):
        create(world, tags=tags)
    assert create(world, tags=(("k" * 128, "v" * 256),)).tags
