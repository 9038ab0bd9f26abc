"""Group commit on a write that the test holds back or fails."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from moorage_local.engines.durable.group_commit import GroupCommit
from moorage_local.engines.durable.rows import Statement
from moorage_local.engines.durable.store import StoreError


class Disk:
    """Remembers its batches; a write waits until `open` is set, and fails while `full`."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.open = threading.Event()
        self.open.set()
        self.full = False
        self.restored = 0

    def write(self, batch: Sequence[Statement]) -> None:
        self.open.wait(10)
        if self.full:
            raise StoreError("the disk is full")
        self.batches.append([sql for sql, _ in batch])

    def restore(self) -> None:
        self.restored += 1


def change(name: str) -> Statement:
    return name, ()


async def settle_soon(commits: GroupCommit) -> "asyncio.Task[None]":
    task = asyncio.create_task(commits.settled())
    for _ in range(3):  # it waits, the writer starts, the writer takes what is there
        await asyncio.sleep(0)
    return task


def test_an_answer_with_nothing_before_it_waits_for_nothing():
    disk = Disk()
    asyncio.run(GroupCommit(disk.write, disk.restore).settled())
    assert disk.batches == []


def test_changes_that_come_during_a_write_share_the_next_one():
    async def scenario() -> list[list[str]]:
        disk = Disk()
        commits = GroupCommit(disk.write, disk.restore)
        disk.open.clear()
        commits.add(change("a"))
        waiting = [await settle_soon(commits)]
        for name in "bcd":
            commits.add(change(name))
            waiting.append(await settle_soon(commits))
        disk.open.set()
        await asyncio.gather(*waiting)
        return disk.batches

    assert asyncio.run(scenario()) == [["a"], ["b", "c", "d"]]


def test_a_read_waits_for_the_write_that_it_may_have_seen():
    async def scenario() -> None:
        disk = Disk()
        commits = GroupCommit(disk.write, disk.restore)
        disk.open.clear()
        commits.add(change("a"))
        write = await settle_soon(commits)
        read = await settle_soon(commits)
        await asyncio.sleep(0.05)
        assert not write.done()
        assert not read.done()
        disk.open.set()
        await asyncio.gather(write, read)
        assert disk.batches == [["a"]]

    asyncio.run(scenario())


def test_a_failed_write_refuses_everything_executed_on_top_of_it_and_restores_once():
    async def scenario() -> None:
        disk = Disk()
        commits = GroupCommit(disk.write, disk.restore)
        disk.open.clear()
        disk.full = True
        commits.add(change("a"))
        first = await settle_soon(commits)
        commits.add(change("b"))
        second = await settle_soon(commits)
        reading = await settle_soon(commits)
        disk.open.set()
        outcomes = await asyncio.gather(first, second, reading, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StoreError] * 3
        assert disk.restored == 1
        disk.full = False
        commits.add(change("c"))
        await commits.settled()
        assert disk.batches == [["c"]], "neither a nor b, which nobody was told of"

    asyncio.run(scenario())


def test_a_client_that_leaves_while_it_waits_stops_nobody():
    async def scenario() -> None:
        disk = Disk()
        commits = GroupCommit(disk.write, disk.restore)
        disk.open.clear()
        commits.add(change("a"))
        leaving = await settle_soon(commits)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        commits.add(change("b"))
        staying = await settle_soon(commits)
        disk.open.set()
        await staying
        assert disk.batches == [["a"], ["b"]]

    asyncio.run(scenario())
