"""SetRepositoryPolicy, GetRepositoryPolicy and DeleteRepositoryPolicy."""

from dataclasses import dataclass, replace

from moorage.domain.errors import (
    InvalidParameterError,
    RepositoryNotFoundError,
    RepositoryPolicyNotFoundError,
    UnavailableError,
)
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.access.authorize import may
from moorage.usecases.ports import Ports
from moorage.usecases.ports.policies import NewPolicy
from moorage.usecases.repositories._find_repository import find_repository

SET = "ecr:SetRepositoryPolicy"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRepositoryPolicy:
    """`text` is the policy's JSON. `force` allows a policy that denies its setter to set another one."""

    repository: RepositoryId
    text: str
    force: bool = False


def set_repository_policy(command: SetRepositoryPolicy, ports: Ports) -> None:
    """Store the policy, and replace any other. It applies to every request that begins afterwards.

    Raises: InvalidParameterError for a document that cannot be evaluated in full, and for one that needs `force`;
    AccessDeniedError, RepositoryNotFoundError.
    """
    repository = find_repository(command.repository, ports)
    parse_policy(command.text)
    if not command.force:
        _require_open_to_caller(repository, command.text, ports)
    policy = NewPolicy(text=command.text, set_by=ports.access.caller.name, set_at=ports.now())
    if not ports.policies.set_repository_policy(repository, policy):
        raise RepositoryNotFoundError(command.repository)


def get_repository_policy(repository_id: RepositoryId, ports: Ports) -> str:
    """Its text. Raises: AccessDeniedError, RepositoryNotFoundError, RepositoryPolicyNotFoundError."""
    return _policy_of(find_repository(repository_id, ports))


def delete_repository_policy(repository_id: RepositoryId, ports: Ports) -> str:
    """Remove it and return its text.

    Raises: AccessDeniedError, RepositoryNotFoundError, RepositoryPolicyNotFoundError; UnavailableError if another one
    was set meanwhile.
    """
    repository = find_repository(repository_id, ports)
    text = _policy_of(repository)
    if not ports.policies.delete_repository_policy(repository):
        raise UnavailableError
    return text


def _policy_of(repository: Repository) -> str:
    if repository.policy is None:
        raise RepositoryPolicyNotFoundError(repository.id)
    return repository.policy


def _require_open_to_caller(repository: Repository, text: str, ports: Ports) -> None:
    others = tuple(each for each in repository.policies if each != repository.policy)
    if not may(replace(repository, policy=text, policies=(text, *others)), ports, SET):
        raise InvalidParameterError("policyText", "must allow its setter to set another policy, unless force is given")
