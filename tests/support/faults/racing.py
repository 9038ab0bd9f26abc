"""Rivals that start together, each with a head start that a seed decides; and what an SDK makes of their answers."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.support.faults.registry import Act, Answer, LocalRegistry

ROUNDS = 4
MAX_HEAD_START_SECONDS = 0.01
MAX_SLEEP_SECONDS = 0.5
PATIENCE_SECONDS = 30.0
BUSY = ("ServerException", "TOOMANYREQUESTS")
"""The ECR API's code and the OCI API's: the same request may succeed later."""


def race(seed: int, acts: Sequence[Act]) -> list[Answer]:
    """Start all at one barrier, each with a head start of its own; their answers in the order of `acts`."""
    chance = random.Random(seed)
    head_starts = [chance.uniform(0, MAX_HEAD_START_SECONDS) for _ in acts]
    barrier = threading.Barrier(len(acts))

    def run(act: Act, head_start: float) -> Answer:
        barrier.wait()
        time.sleep(head_start)
        return retried(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts, head_starts))


def retried(act: Act) -> Answer:
    """What an SDK makes of "busy, try again"."""
    deadline, seconds = time.monotonic() + PATIENCE_SECONDS, 0.01
    while (answer := act())[0] in BUSY and time.monotonic() < deadline:
        time.sleep(seconds)
        seconds = min(2 * seconds, MAX_SLEEP_SECONDS)
    return answer


def expiring(registry: LocalRegistry, seconds: float) -> Act:
    """Time passes, and what has expired is collected."""

    def act() -> Answer:
        registry.expire(seconds)
        registry.reap()
        return None, {}

    return act


def names(answers: Sequence[Answer]) -> Counter[str | None]:
    return Counter(error for error, _ in answers)


def end(registry: LocalRegistry) -> None:
    """Nothing broken while garbage waits, and nothing at all is left once everything has ended."""
    assert not registry.broken(verify=True)
    registry.require_nothing_left()
