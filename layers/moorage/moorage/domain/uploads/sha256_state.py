"""An unfinished sha256 calculation, as a value that can be stored and continued elsewhere.

The encoding is that of Go's `crypto/sha256` (`MarshalBinary`), which registries written in Go also store:

    4 bytes    magic "sha\\x03"
    32 bytes   eight chaining words, big-endian
    64 bytes   the unfinished block, filled with zeros after `length % 64` bytes
    8 bytes    count of bytes hashed so far, big-endian

`seal` appends a CRC-32, so that a damaged state is recognised and never used.
"""

import struct
import zlib
from dataclasses import dataclass

BLOCK_BYTES = 64
_MAGIC = b"sha\x03"
_FORM = struct.Struct(">4s8I64sQ")
_CHECK = struct.Struct(">I")
_INITIAL_WORDS = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip  # FIPS 180-4, 5.3.3


@dataclass(frozen=True, slots=True)
class Sha256State:
    """The state after `length` bytes: eight 32-bit words and the bytes of the unfinished block."""

    words: tuple[int, ...] = _INITIAL_WORDS
    pending: bytes = b""
    length: int = 0

    def __post_init__(self) -> None:
        if len(self.words) != 8 or len(self.pending) != self.length % BLOCK_BYTES:
            raise ValueError("not a sha256 state: the pending block does not fit the length")

    def encode(self) -> bytes:
        """The 108 bytes that Go's `crypto/sha256` would write."""
        return _FORM.pack(_MAGIC, *self.words, self.pending, self.length)

    @classmethod
    def decode(cls, encoded: bytes) -> "Sha256State":
        """Read 108 bytes. Raises: ValueError if they are not such a state."""
        if len(encoded) != _FORM.size:
            raise ValueError(f"not a sha256 state: {len(encoded)} bytes instead of {_FORM.size}")
        magic, *words, block, length = _FORM.unpack(encoded)
        pending = block[: length % BLOCK_BYTES]
        if magic != _MAGIC or block[len(pending) :].strip(b"\0"):
            raise ValueError("not a sha256 state: wrong magic or padding")
        return cls(tuple(words), pending, length)

    def seal(self) -> bytes:
        """The encoding followed by its CRC-32: 112 bytes. This is what is stored."""
        encoded = self.encode()
        return encoded + _CHECK.pack(zlib.crc32(encoded))


def unseal(stored: bytes | None, length: int) -> Sha256State | None:
    """The stored state if it is undamaged and belongs to exactly `length` bytes; otherwise None: hash again."""
    if stored is None or len(stored) != _FORM.size + _CHECK.size:
        return None
    encoded, check = stored[: _FORM.size], stored[_FORM.size :]
    if _CHECK.pack(zlib.crc32(encoded)) != check:
        return None
    try:
        state = Sha256State.decode(encoded)
    except ValueError:
        # Undamaged, but in a form that this version does not know.
        return None
    return state if state.length == length else None
