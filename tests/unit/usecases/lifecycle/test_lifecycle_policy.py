import pytest
from moorage.domain.errors import InvalidParameterError, LifecyclePolicyNotFoundError, RepositoryNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.lifecycle.lifecycle_policy import (
    LifecyclePolicyOf,
    PutLifecyclePolicy,
    delete_lifecycle_policy,
    get_lifecycle_policy,
    put_lifecycle_policy,
)

from tests.support.fakes.lifecycle import Lifecycle, keep
from tests.support.fakes.world import REPOSITORY, World


def policy_of(world: World, name: str = REPOSITORY) -> LifecyclePolicyOf:
    return LifecyclePolicyOf(repository=world.repository_id(name))


def test_a_policy_comes_back_as_its_user_wrote_it(world: World, lifecycle: Lifecycle):
    text = keep(5)
    lifecycle.put(text)
    assert get_lifecycle_policy(policy_of(world), world.ports).text == text
    assert delete_lifecycle_policy(policy_of(world), world.ports).text == text
    for operation in (get_lifecycle_policy, delete_lifecycle_policy):
        with pytest.raises(LifecyclePolicyNotFoundError):
            operation(policy_of(world), world.ports)


def test_a_policy_that_ecr_would_refuse_changes_nothing(world: World, lifecycle: Lifecycle):
    lifecycle.put(keep(5))
    with pytest.raises(InvalidParameterError):
        lifecycle.put(keep(0))
    assert get_lifecycle_policy(policy_of(world), world.ports).text == keep(5)


@pytest.mark.parametrize("registry_id", [None, "999999999999"])
def test_a_repository_that_is_not_there_has_no_policy(world: World, registry_id: str | None):
    name = REPOSITORY if registry_id else "absent"
    of = LifecyclePolicyOf(repository=RepositoryId(registry_id or world.registry_id, name))
    put = PutLifecyclePolicy(repository=of.repository, text=keep(1))
    with pytest.raises(RepositoryNotFoundError):
        put_lifecycle_policy(put, world.ports)
    for operation in (get_lifecycle_policy, delete_lifecycle_policy):
        with pytest.raises(RepositoryNotFoundError):
            operation(of, world.ports)


def test_a_new_repository_of_the_same_name_has_no_policy(world: World, lifecycle: Lifecycle):
    lifecycle.put(keep(5))
    world.delete()
    world.create()
    with pytest.raises(LifecyclePolicyNotFoundError):
        get_lifecycle_policy(policy_of(world), world.ports)
