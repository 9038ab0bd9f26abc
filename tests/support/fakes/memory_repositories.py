"""Repository records in memory."""

from collections.abc import Sequence
from dataclasses import replace

from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.records import RepositoryWrite

from tests.support.fakes.memory_records import MemoryRecords, atomic


class MemoryRepositories:
    """Implements the port `Repositories`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def create(self, repository: Repository) -> None:
        key = repository.id
        present = self.records.repositories.get(key)
        if present is not None and present.incarnation != repository.incarnation:
            raise RepositoryAlreadyExistsError(key)
        self.records.repositories.setdefault(key, repository)

    @atomic
    def get(self, repository: RepositoryId, *, even_closed: bool = False) -> Repository | None:
        if even_closed:
            return self.records.repository(repository)
        return self.records.live_repository(repository)

    @atomic
    def get_many(self, registry_id: str, names: Sequence[str]) -> list[Repository]:
        found = (self.records.live_repository(RepositoryId(registry_id, name)) for name in dict.fromkeys(names))
        return [repository for repository in found if repository]

    @atomic
    def list_page(self, registry_id: str, after: str | None, limit: int) -> tuple[list[Repository], str | None]:
        all_names = sorted(name for registry, name in self.records.repositories if registry == registry_id)
        names = [name for name in all_names if after is None or name > after]
        page = self.get_many(registry_id, names[:limit])
        return page, names[limit - 1] if len(names) > limit else None

    @atomic
    def change_settings(self, before: Repository, after: Repository) -> RepositoryWrite:
        present = self.records.live_repository(before.id)
        if present != before:
            return RepositoryWrite(applied=False, current=present)
        self.records.repositories[before.id] = after
        return RepositoryWrite(applied=True, current=after)

    @atomic
    def begin_deletion(self, repository_id: RepositoryId, *, forced: bool, closed_until: int) -> Repository | None:
        repository = self.records.repositories.get(repository_id)
        if repository is None:
            return None
        closed = replace(repository, deleting=True, forced=repository.forced or forced)
        self.records.repositories[repository_id] = closed
        self.records.closed.add((repository_id, closed.incarnation))
        return closed

    @atomic
    def call_off_deletion(self, repository: Repository) -> None:
        key = repository.id
        present = self.records.repositories.get(key)
        if present is not None and present.incarnation == repository.incarnation and not present.forced:
            self.records.repositories[key] = replace(present, deleting=False)
            self.records.closed.discard((key, present.incarnation))

    @atomic
    def finish_deletion(self, repository: Repository) -> bool:
        key = repository.id
        present = self.records.repositories.get(key)
        if present is None or present.incarnation != repository.incarnation:
            return True
        if present.deleting:
            del self.records.repositories[key]
        return present.deleting
