"""Constraints of an API's input: what is let through, and the member that is named otherwise."""

import base64
from typing import Any

import pytest
from moorage.domain.errors import InvalidParameterError
from moorage.wire.shapes import Binary, Boolean, Constraint, Integer, Listing, Structure, Text

INNER = Structure({"deep": Text(min=1)}, frozenset({"deep"}))
WHOLE = Structure({"name": Text(), "inner": INNER, "many": Listing(INNER)}, frozenset({"name"}))


@pytest.mark.parametrize(
    ("constraint", "value", "read"),
    [
        (Text(pattern="a+", min=1, max=3), "aaa", "aaa"),
        (Text(max=2), "\N{ANCHOR}\N{SHIP}", "\N{ANCHOR}\N{SHIP}"),
        (Text(enum=("A", "B")), "B", "B"),
        (Integer(min=0), 0, 0),
        (Integer(), 2**63 - 1, 2**63 - 1),
        (Boolean(), False, False),
        (Binary(max=3), base64.b64encode(b"\x00\xff\x10").decode(), b"\x00\xff\x10"),
        (Binary(), "", b""),
        (Listing(Integer(), min=1, max=2), [1, 2], [1, 2]),
        (INNER, {"deep": "x", "unknown": object()}, {"deep": "x"}),
        (WHOLE, {"name": "", "inner": None, "many": []}, {"name": "", "many": []}),
    ],
)
def test_what_keeps_to_the_constraint_is_read(constraint: Constraint, value: Any, read: Any):
    assert constraint.read(value, "member") == read


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        (Text(), 1),
        (Text(), None),
        (Text(), ["a"]),
        (Text(min=2), "a"),
        (Text(max=2), "aaa"),
        (Text(pattern="a+"), "aab"),
        (Text(pattern="a+"), "aa\n"),
        (Text(enum=("A",)), "a"),
        (Text(), "half a pair: \ud800"),
        (Integer(), "1"),
        (Integer(), 1.0),
        (Integer(), True),
        (Integer(min=0), -1),
        (Integer(), 2**63),
        (Boolean(), 1),
        (Boolean(), "true"),
        (Binary(), 1),
        (Binary(), "not base64!"),
        (Binary(), "YWJj\n"),
        (Binary(), "YWI"),
        (Binary(), "YWJj" + "=" * 4),
        (Binary(), "\N{ANCHOR}"),
        (Binary(max=2), "YWJj"),
        (Binary(min=1), ""),
        (Listing(Integer()), "1"),
        (Listing(Integer()), {"0": 1}),
        (Listing(Integer(), min=1), []),
        (Listing(Integer(), max=1), [1, 2]),
        (INNER, []),
        (INNER, "x"),
    ],
)
def test_what_breaks_it_is_refused_by_name(constraint: Constraint, value: Any):
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
