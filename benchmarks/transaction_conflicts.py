"""A simulation of DynamoDB's transaction conflicts: which share of commits ends with 503, before and after the gates.

The model: commits arrive at random (Poisson arrivals). An attempt whose shared item is free holds it for 10 to 20 ms
and succeeds. An attempt that finds it held is cancelled after half of its own time, and holds the item until then: the
pessimistic reading of DynamoDB's two phases. After that the commit waits as the code does (`conflict_pauses`) and tries
again. Only shared items matter: the upload and the layer of a commit are its own.

    before   every commit checks the repository's item, every link updates the content's item; 8 attempts
    after    every commit checks one of GATE_SHARDS gate items of its repository; every link still updates the
             content's item; a time budget

    .venv/bin/python -m benchmarks.transaction_conflicts
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moorage.adapters.dynamodb.backoff import conflict_pauses
from moorage.adapters.dynamodb.gates import GATE_SHARDS
from rich.console import Console
from rich.table import Table

SEED = 20261125
MIN_HELD_SECONDS, MAX_HELD_SECONDS = 0.010, 0.020
Pauses = Callable[[random.Random], Iterator[float]]


@dataclass(frozen=True)
class Load:
    """`commits` arrive within `seconds`; each has one of `items` items that it shares with the others."""

    title: str
    commits: int
    seconds: float
    items: int


@dataclass
class Commit:
    """One commit in progress: its shared item, and the pauses that it has left."""

    item: int
    pauses: Iterator[float]


LOADS = (
    Load("100 commits into one repository within 0.5 s", 100, 0.5, GATE_SHARDS),
    Load("600 commits into one repository in 10 s", 600, 10.0, GATE_SHARDS),
    Load("one base layer linked from 300 repositories in 10 s", 300, 10.0, 1),
)


def old_pauses(rng: random.Random) -> Iterator[float]:
    """The pauses before the gates: seven, doubling from 20 ms, whatever time has passed."""
    for attempt in range(7):
        yield rng.uniform(0, 0.02 * 2**attempt)


def new_pauses(rng: random.Random) -> Iterator[float]:
    """The code's own."""
    return conflict_pauses(rng.uniform)


def refused_share(load: Load, shards: int, pauses: Pauses, seed: int = SEED) -> float:
    """The share of the commits that ends with 503."""
    rng = random.Random(seed)
    held_until = [0.0] * shards
    events: list[tuple[float, int, Commit]] = []
    arrives_at = 0.0
    for number in range(load.commits):
        arrives_at += rng.expovariate(load.commits / load.seconds)
        heapq.heappush(events, (arrives_at, number, Commit(rng.randrange(shards), pauses(rng))))
    refused, number = 0, load.commits
    while events:
        now, _, commit = heapq.heappop(events)
        held_seconds = rng.uniform(MIN_HELD_SECONDS, MAX_HELD_SECONDS)
        if held_until[commit.item] <= now:
            held_until[commit.item] = now + held_seconds
            continue
        cancelled_at = now + held_seconds / 2
        held_until[commit.item] = max(held_until[commit.item], cancelled_at)
        sleep = next(commit.pauses, None)
        if sleep is None:
            refused += 1
        else:
            number += 1
            heapq.heappush(events, (cancelled_at + sleep, number, commit))
    return refused / load.commits


def main() -> None:
    """Print one row for each load."""
    table = Table("load", "503 before", "503 after", title=f"Transaction conflicts, {GATE_SHARDS} gate items")
    for load in LOADS:
        before = refused_share(load, 1, old_pauses)
        after = refused_share(load, load.items, new_pauses)
        table.add_row(load.title, f"{before:.1%}", f"{after:.1%}")
    Console().print(table)


if __name__ == "__main__":
    main()
