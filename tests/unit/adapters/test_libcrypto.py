"""sha256 states in and out of libcrypto."""

import ctypes
from hashlib import sha256
from threading import Thread

from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.domain.uploads.sha256_state import HashState


def test_this_python_has_the_library():
    assert LibcryptoHasher().carries()


def test_a_library_without_the_functions_carries_nothing(monkeypatch):
    monkeypatch.setattr("moorage.adapters.libcrypto._hashlib.__file__", ctypes.__file__, raising=True)
    assert not LibcryptoHasher().carries()


def test_a_state_is_a_value_that_can_be_extended_twice():
    hasher = LibcryptoHasher()
    state = hasher.extend(HashState(), b"ab")
    assert hasher.digest(hasher.extend(state, b"c")) == sha256(b"abc").digest()
    assert hasher.digest(hasher.extend(state, b"d")) == sha256(b"abd").digest()
    assert hasher.digest(state) == hasher.digest(state) == sha256(b"ab").digest()


def test_a_length_beyond_32_bits_of_bits_is_carried():
    """2^32 bits are 512 MiB: a counter cut to 32 bits would give another hash for every larger layer."""
    hasher = LibcryptoHasher()
    large = HashState(length=2**32)
    after = hasher.extend(large, b"x")
    assert after.length == 2**32 + 1
    assert hasher.digest(after) != hasher.digest(hasher.extend(HashState(), b"x"))
    assert hasher.digest(after) != hasher.digest(hasher.extend(HashState(length=2**29), b"x"))


def test_threads_do_not_share_a_state():
    hasher, content = LibcryptoHasher(), b"x" * 100_000
    found: list[bytes] = []
    threads = [
        Thread(target=lambda: found.append(hasher.digest(hasher.extend(HashState(), content)))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {sha256(content).digest()}
