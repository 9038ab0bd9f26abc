"""Read the next item in a thread while the one before it is used."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """Yield the same items. If reading an item fails, the error is raised when that item is asked for.

    If the caller stops early, a read that has begun is not awaited. It ends when `items` ends or raises, so they must.
    """
    executor = ThreadPoolExecutor(1, "read-ahead")
    following = executor.submit(_next, items)
    try:
        while taken := following.result():
            following = executor.submit(_next, items)
            yield taken.pop()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        # The future has its error, whose traceback has this frame: such a circle would keep the items for long.
        del following


def _next(items: Iterator[Item]) -> list[Item]:
    """The next item, or nothing. It is in a list, so that this module keeps no item that the caller is done with."""
    for item in items:
        return [item]
    return []
