"""Imports and exports sha256 states with libcrypto, the library behind hashlib.

hashlib cannot export its state. libcrypto's `SHA256_Init/Update/Final` work on a public 112-byte struct
(openssl/sha.h), run at hashlib's speed and release the GIL through ctypes. They are deprecated in OpenSSL 3 but
present. If they are missing, layers are hashed when they are completed.

    struct SHA256_CTX { uint32 h[8]; uint32 Nl, Nh; uint32 data[16]; uint32 num, md_len; }

`Nl`/`Nh` count bits, `data` holds the unfinished block, and `num` the number of its bytes.
"""

import _hashlib  # this module is linked to the libcrypto that hashlib uses
import ctypes

from moorage.domain.uploads.sha256_state import BLOCK_BYTES, Sha256State

_DIGEST_BYTES = 32


class _Context(ctypes.Structure):
    _fields_ = (
        ("h", ctypes.c_uint32 * 8),
        ("bit_count", ctypes.c_uint64),
        ("data", ctypes.c_ubyte * BLOCK_BYTES),
        ("num", ctypes.c_uint32),
        ("md_len", ctypes.c_uint32),
    )


class LibcryptoSha256:
    """Implements the port `Hasher`."""

    def __init__(self, library: ctypes.CDLL | None = None) -> None:
        self._library = library or _find_library()

    def carries(self) -> bool:
        """Whether libcrypto has the functions."""
        return self._library is not None

    def extend(self, state: Sha256State, data: bytes) -> Sha256State:
        """Hash more bytes; the GIL is released meanwhile."""
        context = _load(state)
        self._call("SHA256_Update", ctypes.byref(context), data, ctypes.c_size_t(len(data)))
        return Sha256State(tuple(context.h), bytes(context.data)[: context.num], state.length + len(data))

    def digest(self, state: Sha256State) -> bytes:
        """The 32 bytes of the hash."""
        digest = ctypes.create_string_buffer(_DIGEST_BYTES)
        self._call("SHA256_Final", digest, ctypes.byref(_load(state)))
        return digest.raw

    def _call(self, function: str, *arguments: object) -> None:
        if getattr(self._library, function)(*arguments) != 1:
            raise RuntimeError(f"libcrypto's {function} failed")


def _load(state: Sha256State) -> _Context:
    pending = (ctypes.c_ubyte * BLOCK_BYTES)(*state.pending)
    return _Context((ctypes.c_uint32 * 8)(*state.words), state.length * 8, pending, len(state.pending), _DIGEST_BYTES)


def _find_library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_hashlib.__file__)
        library.SHA256_Update, library.SHA256_Final  # noqa: B018 - raises AttributeError if a function is missing
    except (OSError, AttributeError):
        return None
    return library
