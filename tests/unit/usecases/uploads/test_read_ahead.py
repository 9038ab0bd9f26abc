"""The next item is read while the one before it is used."""

import gc
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest
from moorage.usecases.uploads import _read_ahead
from moorage.usecases.uploads._read_ahead import read_ahead

PATIENCE_SECONDS = 30


class ReadsAtOnce:
    """An executor whose thread is never late."""

    def __init__(self, *_: Any) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def shutdown(self, **_: Any) -> None:
        pass


def test_the_items_come_in_their_order():
    assert list(read_ahead(iter(range(10)))) == list(range(10))
    assert list(read_ahead(iter(()))) == []


def test_items_that_count_as_false_are_items():
    assert list(read_ahead(iter([b"", None, b"x"]))) == [b"", None, b"x"]


def test_the_next_item_is_read_while_one_is_used():
    is_read = Event()

    def items() -> Iterator[int]:
        yield 1
        is_read.set()
        yield 2

    for item in read_ahead(items()):
        if item == 1:
            assert is_read.wait(PATIENCE_SECONDS)


def test_only_one_item_is_read_ahead(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_read_ahead, "ThreadPoolExecutor", ReadsAtOnce)
    read = []

    def items() -> Iterator[int]:
        for number in range(5):
            read.append(number)
            yield number

    for item in read_ahead(items()):
        assert read == list(range(min(item + 2, 5)))


def test_an_item_that_was_used_is_not_kept():
    class Part:
        pass

    may_end = Event()

    def items() -> Iterator[Part]:
        yield Part()
        may_end.wait(PATIENCE_SECONDS)
        raise ConnectionResetError

    ahead = read_ahead(items())
    part = weakref.ref(next(ahead))
    assert part() is None
    may_end.set()
    with pytest.raises(ConnectionResetError):
        next(ahead)


def test_an_error_keeps_nothing_that_only_the_garbage_collector_finds():
    class Source:
        pass

    def items(source: Source) -> Iterator[int]:
        yield 1
        raise ConnectionResetError(id(source))

    source = Source()
    kept = weakref.ref(source)
    ahead = read_ahead(items(source))
    del source
    gc.disable()
    try:
        with pytest.raises(ConnectionResetError) as raised:
            list(ahead)
        del raised, ahead
        assert kept() is None
    finally:
        gc.enable()


def test_an_error_of_reading_comes_after_the_items_before_it():
    def items() -> Iterator[int]:
        yield 1
        raise ConnectionResetError

    ahead = read_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(ConnectionResetError):
        next(ahead)


def test_a_caller_that_stops_does_not_wait_for_the_read_that_has_begun():
    has_begun, may_end, has_ended = Event(), Event(), Event()

    def items() -> Iterator[int]:
        yield 1
        has_begun.set()
        may_end.wait(PATIENCE_SECONDS)
        has_ended.set()

    ahead = read_ahead(items())
    next(ahead)
    assert has_begun.wait(PATIENCE_SECONDS)
    ahead.close()
    assert not has_ended.is_set()
    may_end.set()
    assert has_ended.wait(PATIENCE_SECONDS)
