"""Gates on the engine: what is committed while a gate is open, closed and open again."""

import uuid

import pytest
from moorage.adapters.dynamodb import gates
from moorage.adapters.dynamodb.conditional_writes import write_together
from moorage.adapters.dynamodb.gates import GATE_SHARDS, Gate, content_gate, repository_gate
from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.layers.models import LayerItem
from moorage.domain.repositories.repository import RepositoryId
from moorage_local.stack.stack import Stack
from pynamodb.connection import Connection
from pynamodb.transactions import TransactWrite

REGISTRY_ID = "000000000000"
LATER = 4_000_000_000


@pytest.fixture
def connection(module_stack: Stack) -> Connection:
    return bind(module_stack.variables["MOORAGE_TABLE"], "us-east-1")


@pytest.fixture
def gate() -> Gate:
    return repository_gate(RepositoryId(REGISTRY_ID, f"gates/{uuid.uuid4().hex}"), "first")


def commit(connection: Connection, gate: Gate, subject: str) -> bool:
    """Commit a record beside the check, as every commit does; whether it was written."""

    def fill(transaction: TransactWrite) -> None:
        gates.check_open(transaction, gate, subject)
        transaction.save(
            LayerItem(
                gate.pk,
                f"LAYER#{subject}",
                digest=subject,
                size_bytes=1,
                media_type="",
                upload_id=subject,
                created_at=0,
            )
        )

    return not write_together(connection, fill)


def committed(gate: Gate, subject: str) -> bool:
    return LayerItem.count(gate.pk, LayerItem.sk == f"LAYER#{subject}", consistent_read=True) == 1


def test_an_open_gate_lets_commits_pass(connection: Connection, gate: Gate) -> None:
    assert commit(connection, gate, "a")
    assert committed(gate, "a")


def test_a_closed_gate_stops_every_commit_whichever_shard_it_checks(connection: Connection, gate: Gate) -> None:
    write_together(connection, lambda transaction: gates.close(transaction, gate, LATER))
    subjects = [f"subject-{number}" for number in range(8 * GATE_SHARDS)]
    assert len({gate.shard_key(subject) for subject in subjects}) == GATE_SHARDS
    assert not any(commit(connection, gate, subject) for subject in subjects)
    assert not any(committed(gate, subject) for subject in subjects)


def test_a_reopened_gate_lets_commits_pass_again(connection: Connection, gate: Gate) -> None:
    write_together(connection, lambda transaction: gates.close(transaction, gate, LATER))
    for _ in range(2):
        write_together(connection, lambda transaction: gates.reopen(transaction, gate))
    assert all(commit(connection, gate, f"subject-{number}") for number in range(4 * GATE_SHARDS))


@pytest.mark.parametrize(
    "other",
    [
        repository_gate(RepositoryId(REGISTRY_ID, "name"), "second"),
        repository_gate(RepositoryId(REGISTRY_ID, "other"), "first"),
        content_gate(REGISTRY_ID, "sha256:" + "0" * 64, ""),
        content_gate(REGISTRY_ID, "sha256:" + "0" * 64, "KMS#key"),
    ],
)
def test_a_gate_closes_nothing_but_what_it_protects(connection: Connection, other: Gate) -> None:
    closed = repository_gate(RepositoryId(REGISTRY_ID, "name"), "first")
    write_together(connection, lambda transaction: gates.close(transaction, closed, LATER))
    assert not set(closed.shard_keys()) & set(other.shard_keys())
    assert commit(connection, other, uuid.uuid4().hex)
