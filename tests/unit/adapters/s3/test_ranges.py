"""An object read in parallel ranges: in order, in bounded memory, one version. A body that ends early is read again."""

import io
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError
from moorage.adapters.s3.ranges import RANGE_ATTEMPTS, S3Ranges
from moorage.domain.errors import UnavailableError
from moorage.usecases.ports.content import StoredPartsDamagedError

CONTENT = bytes(range(95))
RANGE = 10


class Store:
    """GetObject of one object; `breaks` is how often the body of each range ends early."""

    def __init__(self, content: bytes = CONTENT, breaks: int = 0) -> None:
        self.content = content
        self.etag = '"1"'
        self.breaks = breaks
        self.asked: list[tuple[int, str | None]] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self.lock = threading.Lock()

    def get_object(self, *, Range: str, IfMatch: str | None = None, **_: Any) -> dict[str, Any]:  # noqa: N803
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        with self.lock:
            self.asked.append((first, IfMatch))
            attempts = sum(asked == first for asked, _ in self.asked)
        if IfMatch not in (None, self.etag):
            raise refusal("PreconditionFailed", 412)
        if first >= len(self.content):
            raise refusal("InvalidRange", 416)
        return {
            "Body": Body(self, first, last) if attempts > self.breaks else Broken(),
            "ETag": self.etag,
            "ContentRange": f"bytes {first}-{last}/{len(self.content)}",
        }


class Body:
    def __init__(self, store: Store, first: int, last: int) -> None:
        self.store, self.first, self.last = store, first, last

    def read(self) -> bytes:
        with self.store.lock:
            self.store.in_flight += 1
            self.store.max_in_flight = max(self.store.max_in_flight, self.store.in_flight)
        content = io.BytesIO(self.store.content[self.first : self.last + 1]).read()
        with self.store.lock:
            self.store.in_flight -= 1
        return content


class Broken:
    def read(self) -> bytes:
        raise IncompleteReadError(actual_bytes=1, expected_bytes=2)


def refusal(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject")  # type: ignore[typeddict-item]


def ranges(store: Store, in_flight: int = 3) -> S3Ranges:
    return S3Ranges(store, "bucket", range_bytes=RANGE, in_flight=in_flight)  # type: ignore[arg-type]


@pytest.mark.parametrize("first_byte", [0, 1, 10, 50, 85, 94])
@pytest.mark.parametrize("in_flight", [1, 3, 20])
def test_the_bytes_come_in_order_from_any_place_on(first_byte: int, in_flight: int):
    assert b"".join(ranges(Store(), in_flight).read("key", None, first_byte)) == CONTENT[first_byte:]


def test_every_range_is_read_once_and_pinned_to_the_first_ones_etag():
    store = Store()
    list(ranges(store).read("key", None))
    assert sorted(store.asked, key=lambda asked: asked[0]) == [(0, None), *((n, '"1"') for n in range(10, 95, 10))]


def test_behind_the_end_there_is_nothing():
    assert list(ranges(Store()).read("key", None, 95)) == []
    assert list(ranges(Store(b"")).read("key", None)) == []


def test_no_more_is_read_ahead_than_may_be_in_flight():
    store = Store()
    reading = ranges(store, in_flight=2).read("key", None)
    next(reading)
    reading.close()
    assert len(store.asked) <= 1 + 2
    assert store.max_in_flight <= 2


def test_a_body_that_ends_early_is_requested_again():
    assert b"".join(ranges(Store(breaks=RANGE_ATTEMPTS - 1)).read("key", None)) == CONTENT


def test_a_range_that_never_comes_whole_is_given_up():
    with pytest.raises(UnavailableError):
        list(ranges(Store(breaks=RANGE_ATTEMPTS)).read("key", None))


def test_another_object_than_the_pinned_one_is_noticed_at_the_start_and_on_the_way():
    with pytest.raises(StoredPartsDamagedError):
        next(ranges(Store()).read("key", '"another"'))
    store = Store()
    reading = ranges(store, in_flight=1).read("key", None)
    next(reading)
    store.etag = '"2"'
    with pytest.raises(StoredPartsDamagedError):
        list(reading)


def test_an_object_that_becomes_shorter_is_noticed():
    store = Store()
    reading = ranges(store, in_flight=1).read("key", None)
    next(reading)
    store.content = CONTENT[:40]
    with pytest.raises(StoredPartsDamagedError):
        list(reading)
