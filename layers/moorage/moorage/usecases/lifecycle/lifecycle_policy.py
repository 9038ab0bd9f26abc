"""Put-, Get- and DeleteLifecyclePolicy."""

from dataclasses import dataclass

from moorage.domain.errors import LifecyclePolicyNotFoundError, RepositoryNotFoundError
from moorage.domain.lifecycle.evaluation import StoredPolicy
from moorage.domain.lifecycle.parse import parse_lifecycle_policy
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.lifecycle._find_lifecycle import find_lifecycle
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class PutLifecyclePolicy:
    """`text` is the policy's JSON."""

    repository: RepositoryId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecyclePolicyOf:
    """Asks for the policy of a repository, or for its end."""

    repository: RepositoryId


def put_lifecycle_policy(command: PutLifecyclePolicy, ports: Ports) -> StoredPolicy:
    """Store the policy, and replace any other. The next run applies it.

    Raises: InvalidParameterError, RepositoryNotFoundError.
    """
    parse_lifecycle_policy(command.text)
    found = find_lifecycle(command.repository, ports)
    policy = StoredPolicy(text=command.text, version=ports.new_id())
    if found.repository is None or not ports.lifecycle.put_policy(found.repository, policy):
        raise RepositoryNotFoundError(command.repository)
    return policy


def get_lifecycle_policy(query: LifecyclePolicyOf, ports: Ports) -> StoredPolicy:
    """Read it.

    Raises: RepositoryNotFoundError, LifecyclePolicyNotFoundError.
    """
    found = find_lifecycle(query.repository, ports)
    if found.policy is None:
        raise LifecyclePolicyNotFoundError(query.repository)
    return found.policy


def delete_lifecycle_policy(command: LifecyclePolicyOf, ports: Ports) -> StoredPolicy:
    """Remove it and return it. A run that has begun stops at its next page.

    Raises: RepositoryNotFoundError, LifecyclePolicyNotFoundError.
    """
    found = find_lifecycle(command.repository, ports)
    if found.repository is None or found.policy is None:
        raise LifecyclePolicyNotFoundError(command.repository)
    if not ports.lifecycle.delete_policy(found.repository, found.policy):
        raise LifecyclePolicyNotFoundError(command.repository)
    return found.policy
