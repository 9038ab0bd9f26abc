"""Policies in DynamoDB: a repository's is part of its record, the registry's is an item of the registry's partition.

Whoever reads repositories in a batch adds REGISTRY_POLICY's key to it, so that both policies come with one call.
"""

from collections.abc import Iterable

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import update_or_conflict
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.keys import META, REGISTRY_POLICY, registry_pk, repository_pk
from moorage.adapters.dynamodb.repositories.mapping import repository_of
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports.policies import NewPolicy


class RegistryPolicyItem(Item, discriminator="registry_policy"):
    """The registry's policy."""

    policy = UnicodeAttribute()
    set_by = UnicodeAttribute()
    set_at = NumberAttribute()


def registry_policy_key(registry_id: str) -> tuple[str, str]:
    """The key of the registry's policy."""
    return registry_pk(registry_id), REGISTRY_POLICY


def registry_policy_in(items: Iterable[Item]) -> str | None:
    """The registry's policy, if it is among the items."""
    return next((item.policy for item in items if isinstance(item, RegistryPolicyItem)), None)


def repositories_in(items: list[Item], *, even_closed: bool = False) -> list[Repository]:
    """The repositories among the items of a batch that named the registry's policy, with what decides about them.

    Those whose deletion has begun are left out, unless `even_closed`.
    """
    registry_policy = registry_policy_in(items)
    return [
        repository_of(item, registry_policy)
        for item in items
        if isinstance(item, RepositoryItem) and (even_closed or not item.deleting)
    ]


class DynamoDbPolicies:
    """Implements the port `Policies`. Each docstring lists the calls to AWS."""

    def set_repository_policy(self, repository: Repository, policy: NewPolicy) -> bool:
        """One conditional update."""
        changes: list[Action] = [
            RepositoryItem.policy.set(policy.text),
            RepositoryItem.policy_set_by.set(policy.set_by),
            RepositoryItem.policy_set_at.set(policy.set_at),
        ]
        return _update(repository, changes)

    def delete_repository_policy(self, repository: Repository) -> bool:
        """One conditional update. If there is no policy, an earlier attempt with a lost response has removed it."""
        changes: list[Action] = [
            RepositoryItem.policy.remove(),
            RepositoryItem.policy_set_by.remove(),
            RepositoryItem.policy_set_at.remove(),
        ]
        return _update(repository, changes, is_as_read=True)

    def get_registry_policy(self, registry_id: str) -> str | None:
        """One strongly consistent read."""
        return registry_policy_in(read_items([registry_policy_key(registry_id)]))

    def put_registry_policy(self, registry_id: str, policy: NewPolicy) -> None:
        """One put."""
        with translated_errors():
            RegistryPolicyItem(
                *registry_policy_key(registry_id), policy=policy.text, set_by=policy.set_by, set_at=policy.set_at
            ).save()

    def delete_registry_policy(self, registry_id: str) -> str | None:
        """One read and one delete."""
        found = self.get_registry_policy(registry_id)
        if found is not None:
            with translated_errors():
                RegistryPolicyItem(*registry_policy_key(registry_id)).delete()
        return found


def _update(repository: Repository, changes: list[Action], *, is_as_read: bool = False) -> bool:
    condition = (RepositoryItem.incarnation == repository.incarnation) & (
        RepositoryItem.deleting == False  # noqa: E712 - a condition expression, not a comparison
    )
    if is_as_read:
        condition &= (RepositoryItem.policy == repository.policy) | RepositoryItem.policy.does_not_exist()
    changed, _ = update_or_conflict(RepositoryItem(repository_pk(repository.id), META), changes, condition)
    return changed
