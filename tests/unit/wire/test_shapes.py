"""Constraints of an API's input: what is let through, and the member that is named otherwise."""

import base64
from typing import Any

import pytest
from moorage.domain.errors import InvalidParameterError
from moorage.wire.shapes import BlobShape, BooleanShape, IntegerShape, ListShape, Shape, StringShape, StructureShape

INNER = StructureShape({"deep": StringShape(min=1)}, frozenset({"deep"}))
WHOLE = StructureShape({"name": StringShape(), "inner": INNER, "many": ListShape(INNER)}, frozenset({"name"}))


@pytest.mark.parametrize(
    ("constraint", "value", "read"),
    [
        (StringShape(pattern="a+", min=1, max=3), "aaa", "aaa"),
        (StringShape(max=2), "\N{ANCHOR}\N{SHIP}", "\N{ANCHOR}\N{SHIP}"),
        (StringShape(enum=("A", "B")), "B", "B"),
        (IntegerShape(min=0), 0, 0),
        (IntegerShape(), 2**63 - 1, 2**63 - 1),
        (BooleanShape(), False, False),
        (BlobShape(max=3), base64.b64encode(b"\x00\xff\x10").decode(), b"\x00\xff\x10"),
        (BlobShape(), "", b""),
        (ListShape(IntegerShape(), min=1, max=2), [1, 2], [1, 2]),
        (INNER, {"deep": "x", "unknown": object()}, {"deep": "x"}),
        (WHOLE, {"name": "", "inner": None, "many": []}, {"name": "", "many": []}),
    ],
)
def test_what_keeps_to_the_constraint_is_read(constraint: Shape, value: Any, read: Any):
    assert constraint.read(value, "member") == read


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        (StringShape(), 1),
        (StringShape(), None),
        (StringShape(), ["a"]),
        (StringShape(min=2), "a"),
        (StringShape(max=2), "aaa"),
        (StringShape(pattern="a+"), "aab"),
        (StringShape(pattern="a+"), "aa\n"),
        (StringShape(enum=("A",)), "a"),
        (StringShape(), "half a pair: \ud800"),
        (IntegerShape(), "1"),
        (IntegerShape(), 1.0),
        (IntegerShape(), True),
        (IntegerShape(min=0), -1),
        (IntegerShape(), 2**63),
        (BooleanShape(), 1),
        (BooleanShape(), "true"),
        (BlobShape(), 1),
        (BlobShape(), "not base64!"),
        (BlobShape(), "YWJj\n"),
        (BlobShape(), "YWI"),
        (BlobShape(), "YWJj" + "=" * 4),
        (BlobShape(), "\N{ANCHOR}"),
        (BlobShape(max=2), "YWJj"),
        (BlobShape(min=1), ""),
        (ListShape(IntegerShape()), "1"),
        (ListShape(IntegerShape()), {"0": 1}),
        (ListShape(IntegerShape(), min=1), []),
        (ListShape(IntegerShape(), max=1), [1, 2]),
        (INNER, []),
        (INNER, "x"),
    ],
)
def test_what_breaks_it_is_refused_by_name(constraint: Shape, value: Any):
    with pytest.raises(InvalidParameterError, match="'member'"):
        constraint.read(value, "member")


@pytest.mark.parametrize(
    ("value", "member"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": "x", "inner": {}}, "inner.deep"),
        ({"name": "x", "inner": {"deep": ""}}, "inner.deep"),
        ({"name": "x", "many": [{"deep": "x"}, {"deep": 1}]}, "many[1].deep"),
        ({"name": "x", "many": [{"deep": "x"}, None]}, "many[1]"),
        ([], "body"),
        ("text", "body"),
        (None, "body"),
    ],
)
def test_the_path_leads_to_the_member(value: Any, member: str):
    with pytest.raises(InvalidParameterError) as refused:
        WHOLE.read(value)
    assert refused.value.member == member
