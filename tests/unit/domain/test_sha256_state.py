"""sha256 states as values: the encoding, and what is not believed."""

import zlib
from hashlib import sha256, sha512

import pytest
from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.domain.uploads.sha256_state import HashState, unseal

GO_VECTORS = {
    # Go's crypto/sha256 golden tests: half of the input hashed, then MarshalBinary (sha256_test.go, `halfState`).
    b"abcd": (
        "736861036a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd196162" + "00" * 62 + "0000000000000002"
    ),
}
"""After the first half of the text: magic, the initial words (no block is full yet), the half, padding, its length."""


@pytest.mark.parametrize(("text", "encoded"), GO_VECTORS.items())
def test_the_encoding_is_the_one_of_gos_crypto_sha256(text: bytes, encoded: str):
    half, rest = text[: len(text) // 2], text[len(text) // 2 :]
    hasher = LibcryptoHasher()
    assert hasher.extend(HashState(), half).encode() == bytes.fromhex(encoded)
    extended = hasher.extend(HashState.decode(bytes.fromhex(encoded)), rest)
    assert hasher.digest(extended) == sha256(text).digest()


def test_the_encoding_of_sha512_is_the_one_of_gos_crypto_sha512():
    # sha512_test.go, `halfState` of "abcd": magic, the initial words, the half, padding, its length.
    words = (
        "6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1"
        "510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179"
    )
    encoded = bytes.fromhex("73686107" + words + "6162" + "00" * 126 + "0000000000000002")
    hasher = LibcryptoHasher()
    assert hasher.extend(HashState("sha512"), b"ab").encode() == encoded
    assert hasher.digest(hasher.extend(HashState.decode(encoded), b"cd")) == sha512(b"abcd").digest()


def test_a_full_block_is_in_the_words_and_not_in_the_encoding_any_more():
    state = LibcryptoHasher().extend(HashState(), b"a" * 64)
    assert (state.pending, state.length, state.encode()[36:100]) == (b"", 64, b"\0" * 64)
    assert state.words != HashState().words


def test_a_state_whose_block_does_not_fit_its_length_cannot_be():
    for pending, length in ((b"x", 0), (b"", 1), (b"x" * 64, 64)):
        with pytest.raises(ValueError, match="does not fit"):
            HashState(pending=pending, length=length)
    with pytest.raises(ValueError, match="does not fit"):
        HashState(words=(0,) * 7)


@pytest.mark.parametrize("change", ["short", "long", "magic", "padding"])
def test_bytes_that_are_not_a_state_are_not_decoded(change: str):
    good = HashState().encode()
    bad = {
        "short": good[:-1],
        "long": good + b"\0",
        "magic": b"sha\x02" + good[4:],  # Go's sha224
        "padding": good[:99] + b"x" + good[100:],
    }[change]
    with pytest.raises(ValueError, match="not a state"):
        HashState.decode(bad)


def test_a_sealed_state_comes_back_with_its_length():
    state = LibcryptoHasher().extend(HashState(), b"abc")
    restored = unseal(state.seal())
    assert restored == state
    assert restored.length == 3


def test_what_is_not_a_sealed_state_is_not_believed():
    sealed = HashState().seal()
    for stored in (None, b"", sealed[:-1], sealed + b"\0", b"\0" * len(sealed)):
        assert unseal(stored) is None


def test_an_intact_seal_around_a_form_that_we_do_not_know_is_not_believed():
    other = b"sha\x04" + HashState().encode()[4:]
    assert unseal(other + zlib.crc32(other).to_bytes(4, "big")) is None
