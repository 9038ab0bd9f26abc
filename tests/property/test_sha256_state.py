"""Carrying a sha256 on: for every split of every content, and never from a damaged state."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.adapters.libcrypto import LibcryptoSha256
from moorage.domain.uploads.sha256_state import Sha256State, unseal

HASHER = LibcryptoSha256()
PIECES = st.lists(st.binary(max_size=200), max_size=12)


@given(PIECES)
def test_any_split_gives_the_hash_of_the_whole(pieces: list[bytes]):
    state = Sha256State()
    for piece in pieces:
        state = HASHER.extend(state, piece)
        assert Sha256State.decode(state.encode()) == state
        restored = unseal(state.seal(), state.length)
        assert restored == state
        state = restored
    assert HASHER.digest(state) == sha256(b"".join(pieces)).digest()
    assert state.length == sum(map(len, pieces))


@given(st.binary(max_size=300), st.data())
def test_a_state_with_any_bit_flipped_is_not_believed(content: bytes, data: st.DataObject):
    sealed = bytearray(HASHER.extend(Sha256State(), content).seal())
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    assert unseal(bytes(sealed), len(content)) is None


@given(st.binary(max_size=300), st.binary(max_size=150))
def test_bytes_that_are_not_a_seal_of_ours_are_not_believed(content: bytes, other: bytes):
    sealed = HASHER.extend(Sha256State(), content).seal()
    for stored in (other, sealed[: len(other)], other + sealed):
        if stored != sealed:
            assert unseal(stored, len(content)) is None


@given(st.binary(min_size=108, max_size=108))
def test_bytes_that_decode_encode_to_themselves(encoded: bytes):
    encoded = b"sha\x03" + encoded[4:]
    try:
        state = Sha256State.decode(encoded)
    except ValueError:
        return
    assert state.encode() == encoded


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128])
def test_the_places_where_padding_turns_are_carried_over(length: int):
    content = bytes(range(length))
    for cut in range(length + 1):
        state = HASHER.extend(HASHER.extend(Sha256State(), content[:cut]), content[cut:])
        assert HASHER.digest(state) == sha256(content).digest()
