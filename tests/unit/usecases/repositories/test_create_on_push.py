"""Repositories that a push creates from a template."""

from dataclasses import replace

import pytest
from moorage.domain.errors import RepositoryAlreadyExistsError, RepositoryNotFoundError
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId, TagFilter, TagMutability
from moorage.usecases.repositories._find_or_create_repository import find_or_create_repository
from moorage.usecases.settings.creation_templates import create_creation_template

from tests.support.fakes.memory_repositories import MemoryRepositories
from tests.support.fakes.world import World
from tests.support.lifecycle import POLICY

PUSH = ("CREATE_ON_PUSH",)


def push(world: World, name: str = "prod/team/web") -> Repository:
    return find_or_create_repository(world.repository_id(name), world.ports)


def template(world: World, prefix: str, **members: object) -> None:
    create_creation_template(prefix, {"applied_for": PUSH, **members}, world.ports)


def test_a_repository_that_is_there_is_pushed_to_as_it_is(world: World):
    template(world, "ROOT", tag_mutability="IMMUTABLE")
    assert push(world, "harbour/anchor").tag_mutability is TagMutability.MUTABLE


def test_a_new_repository_has_every_setting_of_its_template(world: World):
    template(
        world,
        "prod",
        encryption=Encryption("KMS", "alias/one"),
        tag_mutability="IMMUTABLE_WITH_EXCLUSION",
        tag_mutability_filters=({"filterType": "WILDCARD", "filter": "dev-*"},),
        resource_tags=(("team", "quay"),),
        lifecycle_policy=POLICY,
    )
    made = push(world)
    assert made.encryption == Encryption("KMS", "alias/one")
    assert (made.tag_mutability, made.tag_mutability_filters) == ("IMMUTABLE_WITH_EXCLUSION", (TagFilter("dev-*"),))
    assert (made.tags, made.created_at) == ((("team", "quay"),), world.clock.now)
    assert world.ports.lifecycle.get_policies([made])[made.name].text == POLICY
    assert push(world) == made


def test_the_most_specific_template_for_pushes_is_chosen(world: World):
    template(world, "ROOT", resource_tags=(("from", "ROOT"),))
    template(world, "prod", resource_tags=(("from", "prod"),))
    template(world, "prod/team", resource_tags=(("from", "prod/team"),), applied_for=("REPLICATION",))
    assert push(world).tags == (("from", "prod"),)
    assert push(world, "other").tags == (("from", "ROOT"),)


def test_without_a_template_for_pushes_nothing_is_created(world: World):
    template(world, "prod", applied_for=("PULL_THROUGH_CACHE",))
    with pytest.raises(RepositoryNotFoundError, match="prod/team/web"):
        push(world)
    template(world, "ROOT")
    with pytest.raises(RepositoryNotFoundError, match="999999999999"):
        find_or_create_repository(RepositoryId("999999999999", "prod/team/web"), world.ports)


class Rival(MemoryRepositories):
    """Repositories in which another push creates the repository just before."""

    def __init__(self, world: World) -> None:
        super().__init__(world.records)
        self.theirs: Repository | None = None

    def create(self, repository: Repository) -> None:
        self.theirs = replace(repository, incarnation="theirs")
        super().create(self.theirs)
        super().create(repository)


def test_of_two_pushes_one_creates_it_and_both_find_it(world: World):
    template(world, "ROOT")
    rival = Rival(world)
    ports = replace(world.ports, repositories=rival)
    assert find_or_create_repository(world.repository_id("prod/web"), ports) == rival.theirs


def test_a_repository_that_is_being_deleted_is_not_created_again(world: World):
    template(world, "ROOT", lifecycle_policy=POLICY)
    made = push(world)
    world.records.repositories[made.id] = replace(made, deleting=True)
    with pytest.raises(RepositoryNotFoundError):
        push(world)


def test_a_policy_is_kept_with_its_repository_or_not_at_all(world: World):
    template(world, "ROOT", lifecycle_policy=POLICY)
    made = push(world)
    other = replace(made, incarnation="other")
    policy = world.ports.lifecycle.get_policies([made])[made.name]
    with pytest.raises(RepositoryAlreadyExistsError):
        world.ports.lifecycle.create_repository(other, policy)
    assert world.ports.lifecycle.get_policies([other]) == {}


def test_the_registrys_setting_creates_a_repository_with_defaults():
    world = World(creates_on_push=True)
    created = find_or_create_repository(world.repository_id("team/new"), world.ports)
    assert (created.encryption, created.tag_mutability) == (Encryption(), TagMutability.MUTABLE)
    assert find_or_create_repository(world.repository_id("team/new"), world.ports) == created
