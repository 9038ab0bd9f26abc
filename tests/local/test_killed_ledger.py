"""Clients push layers and images, move tags and delete images while the whole stack is killed again and again.

Each client also has an upload that stays open: it sends chunks of it between two kills and after them.

Each client keeps a ledger of what was acknowledged (tests/support/ledger.py). After each restart, the registry must
agree with it.
"""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.support.command import run
from tests.support.engines import Server, processes_naming, serving, wait_until_none_names
from tests.support.ledger import NO_RETRIES, Ledger, broken

CLIENTS = 3
ENOUGH = 50
"""Acknowledged requests before a kill, at least."""
KINDS = {"layer", "image", "tag moved", "image deleted", "tag deleted", "chunk", "upload completed"}


def write_until_killed(server: Server, ledgers: list[Ledger], chance: random.Random) -> None:
    """Kill one process of the stack at a random moment, in the middle of requests, and then the rest."""
    before = sum(ledger.answers.total() for ledger in ledgers)
    threads = [
        threading.Thread(target=ledger.write_until_it_fails, args=[server.ecr(**NO_RETRIES)]) for ledger in ledgers
    ]
    for thread in threads:
        thread.start()
    wanted = before + chance.randint(ENOUGH, 2 * ENOUGH)
    while sum(ledger.answers.total() for ledger in ledgers) < wanted:
        assert any(thread.is_alive() for thread in threads)
        time.sleep(0.01)
    time.sleep(chance.random() / 20)
    os.kill(chance.choice(processes_naming(str(server.state))), signal.SIGKILL)
    for thread in threads:
        thread.join()
    server.process.kill()
    assert wait_until_none_names(str(server.state)) == []


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(20, marks=pytest.mark.timeout(900)),
        pytest.param(60, marks=[pytest.mark.long, pytest.mark.timeout(3600)]),
    ],
)
def test_nothing_that_was_acknowledged_is_lost_or_wrong_after_any_kill(tmp_path: Path, kills: int):
    state, chance = tmp_path / "state", random.Random(20261129)  # the moments stay random: the machine's speed varies
    ledgers = [Ledger(f"ledger/{number}", random.Random(number)) for number in range(CLIENTS)]
    for number in range(kills + 1):
        with serving(state) as server:
            ecr = server.ecr(**NO_RETRIES)
            if number == 0:
                for ledger in ledgers:
                    ecr.create_repository(repositoryName=ledger.repository)
            differences = [ledger.differences(ecr) for ledger in ledgers]
            lost, wrong = ([each for found in kind for each in found] for kind in zip(*differences, strict=True))
            assert (lost, wrong) == ([], []), f"after {number} kills"
            if number < kills:
                write_until_killed(server, ledgers, chance)
            else:
                status, findings, errors = run("fsck", "--state", str(state), "--verify", "--json", state=tmp_path)
                assert status in (0, 1), errors
                assert broken(findings) == []
    answers = sum((ledger.answers for ledger in ledgers), start=type(ledgers[0].answers)())
    assert answers.keys() == KINDS, answers
