"""Read the next item in a thread while the one before it is used."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items; raises what reading the next one raises, after its predecessor was used.

    If the caller stops early, nobody waits for the read that has begun: its source has to end it.
    """
    executor = ThreadPoolExecutor(1, "read-ahead")
    try:
        following = executor.submit(_next, items)
        while item := following.result():
            following = executor.submit(_next, items)
            yield from item
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _next(items: Iterator[Item]) -> tuple[Item] | None:
    """Wrapped, because a future must not raise StopIteration."""
    for item in items:
        return (item,)
    return None
