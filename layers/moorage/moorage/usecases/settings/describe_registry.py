"""DescribeRegistry: the registry's id and its replication configuration, which is empty."""

from dataclasses import dataclass

from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True)
class RegistryDescription:
    """`replication_rules` is empty: Moorage keeps its content in one region."""

    registry_id: str
    replication_rules: tuple[()] = ()


def describe_registry(ports: Ports) -> RegistryDescription:
    """Describe this registry."""
    return RegistryDescription(ports.limits.registry_id)
