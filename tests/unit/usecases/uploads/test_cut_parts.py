"""A stream is cut into pieces that S3 takes as parts."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.usecases.uploads._cut_parts import cut_parts

PART, MINIMUM = 20, 7


@given(st.lists(st.binary(max_size=70), max_size=12))
def test_the_pieces_are_the_stream_and_only_the_last_may_differ_in_size(chunks: list[bytes]):
    pieces = list(cut_parts(chunks, PART, MINIMUM))
    whole = b"".join(chunks)
    assert b"".join(pieces) == whole
    assert all(len(piece) == PART for piece in pieces[:-1])
    if len(whole) >= MINIMUM:
        assert MINIMUM <= len(pieces[-1]) < PART + MINIMUM


def test_a_piece_is_handed_out_before_the_rest_is_read():
    def chunks() -> Iterator[bytes]:
        yield b"x" * (PART + MINIMUM)
        raise ConnectionResetError

    pieces = cut_parts(chunks(), PART, MINIMUM)
    assert next(pieces) == b"x" * PART
    with pytest.raises(ConnectionResetError):
        next(pieces)
