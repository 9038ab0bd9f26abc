"""PutRegistryPolicy, GetRegistryPolicy and DeleteRegistryPolicy."""

from moorage.domain.errors import RegistryPolicyNotFoundError
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage.usecases.ports import Ports
from moorage.usecases.ports.policies import NewPolicy


def put_registry_policy(text: str, ports: Ports) -> None:
    """Store the policy, and replace any other. It applies to every request that begins afterwards.

    Raises: InvalidParameterError for a document that cannot be evaluated in full.
    """
    parse_policy(text, needs_resource=True)
    policy = NewPolicy(text=text, set_by=ports.access.caller.name, set_at=ports.now())
    ports.policies.put_registry_policy(ports.limits.registry_id, policy)


def get_registry_policy(ports: Ports) -> str:
    """Its text. Raises: RegistryPolicyNotFoundError."""
    text = ports.policies.get_registry_policy(ports.limits.registry_id)
    if text is None:
        raise RegistryPolicyNotFoundError(ports.limits.registry_id)
    return text


def delete_registry_policy(ports: Ports) -> str:
    """Remove it and return its text. Raises: RegistryPolicyNotFoundError."""
    text = ports.policies.delete_registry_policy(ports.limits.registry_id)
    if text is None:
        raise RegistryPolicyNotFoundError(ports.limits.registry_id)
    return text
