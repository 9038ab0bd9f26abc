"""Imports and exports sha256 and sha512 states with libcrypto, the library behind hashlib.

hashlib cannot export its state. libcrypto's `SHA256_Update/Final` and `SHA512_Update/Final` work on public structs
(openssl/sha.h), run at hashlib's speed and release the GIL through ctypes. They are deprecated in OpenSSL 3 but
present. If they are missing, layers are hashed when they are completed.

    struct SHA256_CTX { uint32 h[8]; uint32 Nl, Nh; uint32 data[16]; uint32 num, md_len; }
    struct SHA512_CTX { uint64 h[8]; uint64 Nl, Nh; uint64 data[16]; uint32 num, md_len; }

`Nl`/`Nh` count bits, `data` holds the unfinished block, and `num` the number of its bytes.
"""

import _hashlib  # this module is linked to the libcrypto that hashlib uses
import ctypes
from typing import Any

from moorage.domain.digest import SHA256, SHA512
from moorage.domain.uploads.sha256_state import BLOCK_BYTES, HashState

_DIGEST_BYTES = {SHA256: 32, SHA512: 64}


class _Context256(ctypes.Structure):
    _fields_ = (
        ("h", ctypes.c_uint32 * 8),
        ("bit_count", ctypes.c_uint64),
        ("data", ctypes.c_ubyte * BLOCK_BYTES[SHA256]),
        ("num", ctypes.c_uint32),
        ("md_len", ctypes.c_uint32),
    )


class _Context512(ctypes.Structure):
    _fields_ = (
        ("h", ctypes.c_uint64 * 8),
        ("bit_count", ctypes.c_uint64),
        ("bit_count_high", ctypes.c_uint64),
        ("data", ctypes.c_ubyte * BLOCK_BYTES[SHA512]),
        ("num", ctypes.c_uint32),
        ("md_len", ctypes.c_uint32),
    )


class LibcryptoHasher:
    """Implements the port `Hasher`."""

    def __init__(self, library: ctypes.CDLL | None = None) -> None:
        self._library = library or _find_library()

    def carries(self) -> bool:
        """Whether libcrypto has the functions."""
        return self._library is not None

    def extend(self, state: HashState, data: bytes | bytearray) -> HashState:
        """Hash more bytes; the GIL is released meanwhile."""
        if not data:
            return state
        context = _load(state)
        # ctypes takes a bytearray only by the address of its first byte.
        first = data if isinstance(data, bytes) else ctypes.byref(ctypes.c_char.from_buffer(data))
        self._call(state, "Update", ctypes.byref(context), first, ctypes.c_size_t(len(data)))
        pending = bytes(context.data)[: context.num]
        return HashState(state.algorithm, tuple(context.h), pending, state.length + len(data))

    def digest(self, state: HashState) -> bytes:
        """The 32 or 64 bytes of the hash."""
        digest = ctypes.create_string_buffer(_DIGEST_BYTES[state.algorithm])
        self._call(state, "Final", digest, ctypes.byref(_load(state)))
        return digest.raw

    def _call(self, state: HashState, function: str, *arguments: object) -> None:
        name = f"{state.algorithm.upper()}_{function}"
        if getattr(self._library, name)(*arguments) != 1:
            raise RuntimeError(f"libcrypto's {name} failed")


def _load(state: HashState) -> Any:
    context: Any = _Context256() if state.algorithm == SHA256 else _Context512()
    context.h[:] = state.words
    context.bit_count = state.length * 8
    context.data[: len(state.pending)] = list(state.pending)
    context.num, context.md_len = len(state.pending), _DIGEST_BYTES[state.algorithm]
    return context


def _find_library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_hashlib.__file__)
        # An AttributeError is raised if a function is missing.
        library.SHA256_Update, library.SHA256_Final, library.SHA512_Update, library.SHA512_Final  # noqa: B018
    except (OSError, AttributeError):
        return None
    return library
