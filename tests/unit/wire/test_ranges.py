"""Parts of a body by the Range of a request (RFC 9110, section 14)."""

import pytest
from moorage.wire.ranges import ranged

CONTENT = b"0123456789"


@pytest.mark.parametrize(
    ("asked", "expected", "place"),
    [
        ("bytes=0-0", b"0", "0-0"),
        ("bytes=2-4", b"234", "2-4"),
        ("bytes=8-", b"89", "8-9"),
        ("bytes=8-99", b"89", "8-9"),
        ("bytes=-3", b"789", "7-9"),
        ("bytes=-99", CONTENT, "0-9"),
    ],
)
def test_one_range_is_answered(asked: str, expected: bytes, place: str):
    answered = ranged(CONTENT, asked, {"A": "b"})
    assert (answered.status, answered.content) == (206, expected)
    length = str(len(expected))
    assert answered.headers == {"A": "b", "Content-Range": f"bytes {place}/10", "Content-Length": length}


@pytest.mark.parametrize("asked", [None, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "0-1"])
def test_anything_but_a_single_range_gets_everything(asked: str | None):
    answered = ranged(CONTENT, asked, {})
    assert (answered.status, answered.content, answered.headers) == (200, CONTENT, {"Content-Length": "10"})


@pytest.mark.parametrize(("content", "asked"), [(CONTENT, "bytes=10-"), (CONTENT, "bytes=-0"), (b"", "bytes=0-")])
def test_a_range_behind_the_end_is_416(content: bytes, asked: str):
    answered = ranged(content, asked, {})
    assert (answered.status, answered.headers) == (416, {"Content-Range": f"bytes */{len(content)}"})
