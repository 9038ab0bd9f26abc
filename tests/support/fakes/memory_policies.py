"""Policies in memory."""

from dataclasses import replace

from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports.policies import NewPolicy

from tests.support.fakes.memory_records import MemoryRecords, atomic


class MemoryPolicies:
    """Implements the port `Policies`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def set_repository_policy(self, repository: Repository, policy: NewPolicy) -> bool:
        present = self.records.live_repository(repository.id)
        if present is None or present.incarnation != repository.incarnation:
            return False
        self.records.repositories[repository.id] = replace(present, policy=policy.text)
        return True

    @atomic
    def delete_repository_policy(self, repository: Repository) -> bool:
        present = self.records.live_repository(repository.id)
        if present is None or present.incarnation != repository.incarnation:
            return False
        if present.policy not in (None, repository.policy):
            return False
        self.records.repositories[repository.id] = replace(present, policy=None)
        return True

    @atomic
    def get_registry_policy(self, registry_id: str) -> str | None:
        return self.records.registry_policies.get(registry_id)

    @atomic
    def put_registry_policy(self, registry_id: str, policy: NewPolicy) -> None:
        self.records.registry_policies[registry_id] = policy.text

    @atomic
    def delete_registry_policy(self, registry_id: str) -> str | None:
        return self.records.registry_policies.pop(registry_id, None)
