"""Carrying a sha256 or sha512 on: for every split of every content, and never from a damaged state."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.domain.uploads.sha256_state import HashState, unseal

HASHER = LibcryptoHasher()
ALGORITHMS = st.sampled_from(["sha256", "sha512"])
PIECES = st.lists(st.binary(max_size=200) | st.binary(max_size=200).map(bytearray), max_size=12)


@given(ALGORITHMS, PIECES)
def test_any_split_gives_the_hash_of_the_whole(algorithm: str, pieces: list[bytes]):
    state = HashState(algorithm)
    for piece in pieces:
        state = HASHER.extend(state, piece)
        assert HashState.decode(state.encode()) == state
        restored = unseal(state.seal())
        assert restored == state
        state = restored
    assert HASHER.digest(state) == hashlib.new(algorithm, b"".join(pieces)).digest()
    assert state.length == sum(map(len, pieces))


@given(ALGORITHMS, st.binary(max_size=300), st.data())
def test_a_state_with_any_bit_flipped_is_not_believed(algorithm: str, content: bytes, data: st.DataObject):
    sealed = bytearray(HASHER.extend(HashState(algorithm), content).seal())
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    assert unseal(bytes(sealed)) is None


@given(st.binary(max_size=300), st.binary(max_size=150))
def test_bytes_that_are_not_a_seal_of_ours_are_not_believed(content: bytes, other: bytes):
    sealed = HASHER.extend(HashState(), content).seal()
    for stored in (other, sealed[: len(other)], other + sealed):
        if stored != sealed:
            assert unseal(stored) is None


@pytest.mark.parametrize(("magic", "size"), [(b"sha\x03", 108), (b"sha\x07", 204)])
@given(data=st.data())
def test_bytes_that_decode_encode_to_themselves(magic: bytes, size: int, data: st.DataObject):
    encoded = magic + data.draw(st.binary(min_size=size - 4, max_size=size - 4))
    try:
        state = HashState.decode(encoded)
    except ValueError:
        return
    assert state.encode() == encoded


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 240, 255])
def test_the_places_where_padding_turns_are_carried_over(algorithm: str, length: int):
    content = bytes(range(length))
    for cut in range(length + 1):
        state = HASHER.extend(HASHER.extend(HashState(algorithm), content[:cut]), content[cut:])
        assert HASHER.digest(state) == hashlib.new(algorithm, content).digest()
