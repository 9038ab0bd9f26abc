"""The progress of a push: bars on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

STEPS = ("hash", "upload", "verify")
LINE_SECONDS = 5.0
"""Between two lines about the same step."""


class PushProgress(Protocol):
    """Three steps over the same bytes: hashed, sent, verified."""

    def advancing(self, step: str) -> Callable[[int], None]:
        """Start a step; returns a function that advances it by a number of bytes."""

    def reaching(self, step: str) -> Callable[[int], None]:
        """Start a step; returns a function that sets it to a number of bytes."""

    def fill(self, *steps: str) -> None:
        """Mark these steps as finished."""


@contextmanager
def shown_progress(console: Console, size_bytes: int) -> Iterator[PushProgress]:
    """Bars if the console is a terminal, else lines."""
    if not console.is_terminal:
        yield _Lines(console, size_bytes)
        return
    columns = (TextColumn("{task.description:>7}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as bars:
        yield _Bars(bars, size_bytes)


class _Bars:
    def __init__(self, bars: Progress, size_bytes: int) -> None:
        self._bars = bars
        self._size_bytes = size_bytes
        self._tasks: dict[str, TaskID] = {step: bars.add_task(step, total=size_bytes, start=False) for step in STEPS}

    def advancing(self, step: str) -> Callable[[int], None]:
        self._bars.start_task(self._tasks[step])
        return lambda count: self._bars.advance(self._tasks[step], count)

    def reaching(self, step: str) -> Callable[[int], None]:
        self._bars.start_task(self._tasks[step])
        return lambda done: self._bars.update(self._tasks[step], completed=done)

    def fill(self, *steps: str) -> None:
        for step in steps:
            self.reaching(step)(self._size_bytes)


class _Lines:
    def __init__(self, console: Console, size_bytes: int) -> None:
        self._console = console
        self._size_bytes = size_bytes
        self._done = dict.fromkeys(STEPS, 0)
        self._next_line_at = time.monotonic() + LINE_SECONDS
        self._finished = set[str]()

    def advancing(self, step: str) -> Callable[[int], None]:
        return lambda count: self._set(step, self._done[step] + count)

    def reaching(self, step: str) -> Callable[[int], None]:
        return lambda done: self._set(step, done)

    def fill(self, *steps: str) -> None:
        for step in steps:
            self._done[step] = self._size_bytes
            if step not in self._finished:
                self._print(step)

    def _set(self, step: str, done: int) -> None:
        self._done[step] = done
        if time.monotonic() >= self._next_line_at:
            self._print(step)

    def _print(self, step: str) -> None:
        done = self._done[step]
        if done >= self._size_bytes:
            self._finished.add(step)
        self._next_line_at = time.monotonic() + LINE_SECONDS
        percent = 100 * done // self._size_bytes
        self._console.print(
            f"{step} {percent} %, {decimal(done)} of {decimal(self._size_bytes)}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
