"""Repository records in DynamoDB."""

from collections.abc import Sequence
from dataclasses import replace

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import (
    delete_or_conflict,
    save_or_conflict,
    update_or_conflict,
    write_together,
)
from moorage.adapters.dynamodb.gates import close, reopen, repository_gate
from moorage.adapters.dynamodb.item import read_items
from moorage.adapters.dynamodb.keys import META, repository_pk
from moorage.adapters.dynamodb.repositories.mapping import repository_item, repository_of
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.adapters.dynamodb.repositories.policies import registry_policy_in, registry_policy_key, repositories_in
from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.records import RepositoryWrite

_SETTINGS = (
    RepositoryItem.tags,
    RepositoryItem.tag_mutability,
    RepositoryItem.tag_mutability_filters,
    RepositoryItem.scan_on_push,
)
"""What can be changed after a repository was created."""


class DynamoDbRepositories:
    """Implements the port `Repositories`. A repository's gate is closed while its record is marked, and after it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, repository: Repository) -> None:
        """One conditional put. If an earlier attempt's response was lost, the incarnation shows that it succeeded."""
        name_is_free = RepositoryItem.pk.does_not_exist()
        written, met = save_or_conflict(repository_item(repository), name_is_free)
        if not written and not (isinstance(met, RepositoryItem) and met.incarnation == repository.incarnation):
            raise RepositoryAlreadyExistsError(repository.id)

    def get(self, repository: RepositoryId, *, even_closed: bool = False) -> Repository | None:
        """One strongly consistent batch."""
        found = self._read(repository.registry_id, [repository.name], even_closed=even_closed)
        return found[0] if found else None

    def get_many(self, registry_id: str, names: Sequence[str]) -> list[Repository]:
        """One strongly consistent batch, in the order of `names`."""
        return self._read(registry_id, names)

    def _read(self, registry_id: str, names: Sequence[str], *, even_closed: bool = False) -> list[Repository]:
        """Up to 99 names of a batch of 100 keys; the registry's policy is the last."""
        keys = [(repository_pk(RepositoryId(registry_id, name)), META) for name in names]
        items = read_items([*keys, registry_policy_key(registry_id)])
        by_name = {each.name: each for each in repositories_in(items, even_closed=even_closed)}
        return [by_name[name] for name in dict.fromkeys(names) if name in by_name]

    def list_page(self, registry_id: str, after: str | None, limit: int) -> tuple[list[Repository], str | None]:
        """One page of the index, eventually consistent, as indexes are; and one read of the registry's policy."""
        start = None
        if after is not None:
            start = {
                "pk": {"S": repository_pk(RepositoryId(registry_id, after))},
                "sk": {"S": META},
                "registry_id": {"S": registry_id},
                "repository_name": {"S": after},
            }
        with translated_errors():
            page = RepositoryItem.registry.query(registry_id, limit=limit, page_size=limit, last_evaluated_key=start)
            items = list(page)
        policy = registry_policy_in(read_items([registry_policy_key(registry_id)]))
        ended = len(items) < limit or page.last_evaluated_key is None
        found = [repository_of(item, policy) for item in items if not item.deleting]
        return found, None if ended else items[-1].repository_name

    def change_settings(self, before: Repository, after: Repository) -> RepositoryWrite:
        """One conditional update, which returns the item that refused it."""
        read, wanted = repository_item(before), repository_item(after)
        is_as_read = RepositoryItem.incarnation == before.incarnation
        for attribute in _SETTINGS:
            is_as_read &= attribute == getattr(read, attribute.attr_name)
        changes: list[Action] = [attribute.set(getattr(wanted, attribute.attr_name)) for attribute in _SETTINGS]
        applied, item = update_or_conflict(RepositoryItem(read.pk, read.sk), changes, is_as_read)
        if not isinstance(item, RepositoryItem) or item.deleting:
            return RepositoryWrite(applied=False)
        return RepositoryWrite(applied, repository_of(item, None))

    def begin_deletion(self, repository: RepositoryId, *, forced: bool, closed_until: int) -> Repository | None:
        """Read its incarnation, then mark it and close its gate in one transaction; again if it changed meanwhile.

        A deletion that has already begun is accepted too: an interrupted one is continued.
        """
        marks: list[Action] = [RepositoryItem.deleting.set(True)]
        if forced:
            marks.append(RepositoryItem.forced.set(True))
        while (found := self.get(repository, even_closed=True)) is not None:
            if self._change(found, marks, close_until=closed_until):
                return replace(found, deleting=True, forced=found.forced or forced)
        return None

    def call_off_deletion(self, repository: Repository) -> None:
        """Remove the mark and open the gate in one transaction, unless a forced deletion has come meanwhile."""
        self._change(repository, [RepositoryItem.deleting.set(False)], close_until=None)

    def finish_deletion(self, repository: Repository) -> bool:
        """Remove the record unless it is open again, or another incarnation's by now."""
        is_this_one = RepositoryItem.incarnation == repository.incarnation
        is_being_deleted = RepositoryItem.deleting == True  # noqa: E712 - a condition expression, not a comparison
        removed, met = delete_or_conflict(repository_item(repository), is_this_one & is_being_deleted)
        return removed or not (isinstance(met, RepositoryItem) and met.incarnation == repository.incarnation)

    def _change(self, repository: Repository, actions: list[Action], *, close_until: int | None) -> bool:
        """Change the record and its gate together: close it until a time, or open it where no forced deletion is on."""
        gate = repository_gate(repository.id, repository.incarnation)
        condition = RepositoryItem.incarnation == repository.incarnation
        if close_until is None:
            condition &= RepositoryItem.forced == False  # noqa: E712 - a condition expression, not a comparison

        def fill(transaction: TransactWrite) -> None:
            if close_until is None:
                reopen(transaction, gate)
            else:
                close(transaction, gate, close_until)
            transaction.update(RepositoryItem(repository_pk(repository.id), META), actions, condition=condition)

        return not write_together(self._connection, fill)
