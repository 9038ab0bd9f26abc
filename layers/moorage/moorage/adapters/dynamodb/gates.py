"""Gates make commits and a deletion see each other, without an item that all commits write.

A gate is closed while a repository is being deleted or content is being collected, and open otherwise. An open gate
has no items: nothing is written in the usual case. A closed gate has GATE_SHARDS items, written in one transaction and
removed in one, so each of them shows who closed the gate last.

    commit      one transaction: what it adds, and a condition check that ONE shard of the gate does not exist
    deletion    1. close: write ALL shards in one transaction
                2. read, strongly consistent, what was committed before, and remove it or reopen the gate

DynamoDB's transactions are serializable: a commit either comes before the gate is closed, and the deletion reads it,
or after, and its check fails. Commits conflict with each other only where they check the same shard
(docs/adr/0030, docs/adr/0032, benchmarks/transaction_conflicts.py).
"""

from dataclasses import dataclass
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.keys import blob_pk, repository_pk
from moorage.domain.repositories.repository import RepositoryId

GATE_SHARDS = 16
"""Items of one gate. Closing takes all of them in one transaction of at most 100 actions (DynamoDB quotas)."""


class GateItem(Item, discriminator="gate"):
    """One shard of a closed gate; `expires_at` lets TTL remove what a deletion leaves behind.

    `owner` is the run of the collector that closed it.
    """

    owner = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Gate:
    """Where the shards of one gate are: the partition of what it protects, and the start of their sort keys."""

    pk: str
    prefix: str

    def shard_keys(self) -> list[tuple[str, str]]:
        """The keys of all shards."""
        return [self._key(shard) for shard in range(GATE_SHARDS)]

    def shard_key(self, subject: str) -> tuple[str, str]:
        """The key of the shard that a commit of `subject` checks; the same for every attempt."""
        return self._key(crc32(subject.encode()) % GATE_SHARDS)

    def _key(self, shard: int) -> tuple[str, str]:
        return self.pk, f"{self.prefix}{shard:02}"


def repository_gate(repository: RepositoryId, incarnation: str) -> Gate:
    """Closed while this incarnation of the repository is being deleted; a later incarnation has a gate of its own."""
    return Gate(repository_pk(repository), f"CLOSED#{incarnation}#")


def content_gate(registry_id: str, digest: object, object_key: str) -> Gate:
    """Closed while the collector decides about the content under this object key, and after it has removed it."""
    return Gate(blob_pk(registry_id, digest), f"COLLECTING#{object_key}#")


def check_open(transaction: TransactWrite, gate: Gate, subject: str) -> None:
    """Add a check: the transaction fails if the gate is closed. `subject` is the new record; it selects the shard."""
    is_open = GateItem.pk.does_not_exist()
    transaction.condition_check(GateItem, *gate.shard_key(subject), condition=is_open)


def close(transaction: TransactWrite, gate: Gate, expires_at: int, owner: str | None = None) -> None:
    """Close the gate; until `expires_at` (epoch seconds) no commit that checks it can succeed.

    Closing a closed gate makes it the new owner's.
    """
    for key in gate.shard_keys():
        transaction.save(GateItem(*key, expires_at=expires_at, owner=owner))


def check_owned(transaction: TransactWrite, gate: Gate, owner: str) -> None:
    """Add checks: the transaction fails unless the gate has been closed ever since this owner closed it."""
    for key in gate.shard_keys():
        transaction.condition_check(GateItem, *key, condition=GateItem.owner == owner)


def reopen(transaction: TransactWrite, gate: Gate, owner: str | None = None) -> None:
    """Open the gate again, if this owner has it where one is named; repeating it is harmless."""
    is_owned = None if owner is None else GateItem.owner == owner
    for key in gate.shard_keys():
        transaction.delete(GateItem(*key), condition=is_owned)
