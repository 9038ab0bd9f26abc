"""The demo's output: progress bars on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

MIB = 1024 * 1024

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def bar(what: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    """A progress bar that disappears when it is full; the block calls it with the bytes done so far."""
    columns = (TextColumn("{task.description:<14}"), BarColumn(), DownloadColumn(binary_units=True))
    with Progress(
        *columns, TransferSpeedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task(what, total=total_bytes)
        yield lambda done_bytes: progress.update(task, completed=done_bytes)


def done(text: str) -> None:
    """Report one step that succeeded."""
    console.print(f"[green]✓[/] {text}")


def mib(size_bytes: int) -> str:
    """A size for people."""
    return f"{size_bytes / MIB:.1f} MiB"


def rate(size_bytes: int, seconds: float) -> str:
    """A speed for people."""
    return f"{size_bytes / MIB / seconds:.0f} MiB/s ({mib(size_bytes)} in {seconds:.2f} s)"
