"""A simulation of DynamoDB's transaction conflicts: which share of requests ends with 503, by design of the records.

The model: transactions arrive at random (Poisson arrivals). Each touches the items that its design lists. An attempt
that finds all of them free holds them for 10 to 20 ms and succeeds. An attempt that finds one of them held is cancelled
after half of its own time, and holds all of them until then: the pessimistic reading of DynamoDB's two phases. After
that the transaction waits as the code does (`conflict_pauses`) and tries again.

    one item    a commit checks the repository's item and, if it links, updates the content's item; 8 attempts
    gates       a commit checks one of GATE_SHARDS items of the repository's gate, the rest as before; a time budget
    links       a link is an item of its own, and checks one of GATE_SHARDS items of the content's gate

    .venv/bin/python -m benchmarks.transaction_conflicts
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moorage.adapters.dynamodb.backoff import conflict_pauses
from moorage.adapters.dynamodb.gates import GATE_SHARDS, content_gate, repository_gate
from moorage.domain.repositories.repository import RepositoryId
from rich.console import Console
from rich.table import Table

SEED = 20261125
MIN_HELD_SECONDS, MAX_HELD_SECONDS = 0.010, 0.020
REGISTRY_ID = "000000000000"
Item = tuple[str, str]
"""The key of an item that a transaction reads or writes."""


@dataclass(frozen=True)
class Request:
    """One layer that is linked into, or unlinked from, a repository; `is_new_content` if no other repository has it."""

    repository: RepositoryId
    digest: str
    is_new_content: bool = False
    unlinks: bool = False


@dataclass(frozen=True)
class Load:
    """`count` requests arrive within `seconds`; `request` makes the one with a number and an id that no other has."""

    title: str
    count: int
    seconds: float
    request: Callable[[int, str], Request]


@dataclass(frozen=True)
class Design:
    """Which items the transaction of a request touches, and how long it waits between its attempts."""

    title: str
    items: Callable[[Request], list[Item]]
    pauses: Callable[[random.Random], Iterator[float]]


def _into_one_repository(_number: int, unique: str) -> Request:
    return Request(RepositoryId(REGISTRY_ID, "busy"), f"sha256:{unique}", is_new_content=True)


def _base_layer(number: int, _unique: str) -> Request:
    return Request(RepositoryId(REGISTRY_ID, f"team/{number}"), "sha256:base")


def _base_layer_of_deleted(number: int, _unique: str) -> Request:
    return Request(RepositoryId(REGISTRY_ID, f"team/{number}"), "sha256:base", unlinks=True)


LOADS = (
    Load("100 commits into one repository within 0.5 s", 100, 0.5, _into_one_repository),
    Load("600 commits into one repository in 10 s", 600, 10.0, _into_one_repository),
    Load("one base layer linked from 300 repositories in 10 s", 300, 10.0, _base_layer),
    Load("one base layer linked from 300 repositories in 1 s", 300, 1.0, _base_layer),
    Load("one base layer unlinked from 300 repositories in 1 s", 300, 1.0, _base_layer_of_deleted),
)


def _own(request: Request) -> list[Item]:
    """What no other request touches: the layer, and the upload or the repository that is being deleted."""
    return [("layer", f"{request.repository} {request.digest}"), ("upload", f"{request.repository} {request.digest}")]


def _content(request: Request) -> Item:
    return "content", request.digest


def _repository_gate(request: Request) -> list[Item]:
    """A commit checks it; a transaction that unlinks does not."""
    gate = repository_gate(request.repository, "first")
    return [] if request.unlinks else [gate.shard_key(request.digest)]


def one_item(request: Request) -> list[Item]:
    """The first design."""
    return [*_own(request), ("repository", str(request.repository)), _content(request)]


def gates(request: Request) -> list[Item]:
    """Repositories have gates (docs/adr/0030)."""
    return [*_own(request), *_repository_gate(request), _content(request)]


def links(request: Request) -> list[Item]:
    """Content has gates too, and links are items (docs/adr/0032). Only the commit of new content touches its record."""
    items = [*_own(request), *_repository_gate(request), ("link", f"{request.digest} {request.repository}")]
    if request.is_new_content:
        return [*items, _content(request)]
    gate = content_gate(REGISTRY_ID, request.digest, "")
    return items if request.unlinks else [*items, gate.shard_key(str(request.repository))]


def old_pauses(rng: random.Random) -> Iterator[float]:
    """The pauses before the gates: seven, doubling from 20 ms, whatever time has passed."""
    for attempt in range(7):
        yield rng.uniform(0, 0.02 * 2**attempt)


def new_pauses(rng: random.Random) -> Iterator[float]:
    """The code's own."""
    return conflict_pauses(rng.uniform)


ONE_ITEM = Design("one item", one_item, old_pauses)
GATES = Design("gates", gates, new_pauses)
LINKS = Design("links", links, new_pauses)
DESIGNS = (ONE_ITEM, GATES, LINKS)


def refused_share(load: Load, design: Design, seed: int = SEED) -> float:
    """The share of the transactions that ends with 503."""
    rng = random.Random(seed)
    held_until: dict[Item, float] = {}
    events: list[tuple[float, int, list[Item], Iterator[float]]] = []
    arrives_at = 0.0
    for number in range(load.count):
        arrives_at += rng.expovariate(load.count / load.seconds)
        request = load.request(number, f"{rng.getrandbits(64):016x}")
        heapq.heappush(events, (arrives_at, number, design.items(request), design.pauses(rng)))
    refused, number = 0, load.count
    while events:
        now, _, items, pauses = heapq.heappop(events)
        held_seconds = rng.uniform(MIN_HELD_SECONDS, MAX_HELD_SECONDS)
        if all(held_until.get(item, 0.0) <= now for item in items):
            held_until.update(dict.fromkeys(items, now + held_seconds))
            continue
        cancelled_at = now + held_seconds / 2
        held_until.update({item: max(held_until.get(item, 0.0), cancelled_at) for item in items})
        sleep = next(pauses, None)
        if sleep is None:
            refused += 1
        else:
            number += 1
            heapq.heappush(events, (cancelled_at + sleep, number, items, pauses))
    return refused / load.count


def row(load: Load) -> list[str]:
    """A load, and its share of 503 in each design: a row of the table in docs/reliability.md."""
    return [load.title, *(f"{refused_share(load, design):.1%}" for design in DESIGNS)]


def main() -> None:
    """Print one row for each load."""
    table = Table("load", *(design.title for design in DESIGNS), title=f"503, with {GATE_SHARDS} items in each gate")
    for load in LOADS:
        table.add_row(*row(load))
    Console().print(table)


if __name__ == "__main__":
    main()
