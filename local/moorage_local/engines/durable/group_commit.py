"""Group commit: changes that wait share one write and one fsync, done in a thread beside the event loop.

Rules:
1. Changes are written in the order in which they were made. All changes of one request are in one commit.
2. No answer leaves before everything that was changed until then is on disk: not the answer to the change, and not
   that of a read which may have seen it.
3. If a commit fails, nothing after the last good commit counts: memory is restored from the disk, and every request
   that waits is refused.
All methods are called on the event loop; only `write` runs in the thread.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from moorage_local.engines.durable.rows import Statement
from moorage_local.engines.durable.store import StoreError

Waiter = asyncio.Future[None]


class GroupCommit:
    """Collects changes and writes them, one batch at a time."""

    def __init__(self, write: Callable[[Sequence[Statement]], None], restore: Callable[[], None]) -> None:
        """`write` stores a batch as a whole, or raises StoreError; `restore` brings memory back to what is stored."""
        self._write = write
        self._restore = restore
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._changes: list[Statement] = []
        self._waiters: list[Waiter] = []
        self._written_waiters: list[Waiter] = []
        self._writer: asyncio.Task[None] | None = None

    def add(self, *changes: Statement) -> None:
        """Queue changes that memory has seen; whoever made them calls `settled` before it answers."""
        self._changes.extend(changes)

    async def settled(self) -> None:
        """Return when all changes until now are on disk. Raises: StoreError if they are not, and memory is restored."""
        if not self._changes and self._writer is None:
            return
        waiter: Waiter = asyncio.get_running_loop().create_future()
        (self._waiters if self._changes else self._written_waiters).append(waiter)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await waiter

    async def _write_all(self) -> None:
        """Write batches until none is left."""
        loop = asyncio.get_running_loop()
        while self._changes:
            batch, self._changes = self._changes, []
            self._written_waiters, self._waiters = self._waiters, []
            try:
                await loop.run_in_executor(self._thread, self._write, batch)
            except StoreError as error:
                self._refuse(error)
            else:
                for waiter in self._written_waiters:
                    _settle(waiter, None)
                self._written_waiters = []
        self._writer = None

    def _refuse(self, error: StoreError) -> None:
        """What was executed on top of the failed batch goes with it."""
        waiters = self._written_waiters + self._waiters
        self._changes, self._waiters, self._written_waiters = [], [], []
        self._restore()
        self._changes = []  # restoring is not a change
        for waiter in waiters:
            _settle(waiter, error)


def _settle(waiter: Waiter, error: Exception | None) -> None:
    """A waiter whose client has gone is cancelled already."""
    if waiter.done():
        return
    if error is None:
        waiter.set_result(None)
    else:
        waiter.set_exception(error)
