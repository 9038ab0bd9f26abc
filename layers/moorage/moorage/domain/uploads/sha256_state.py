"""An unfinished sha256 or sha512 calculation, as a value that can be stored and continued elsewhere.

The encoding is that of Go's `crypto/sha256` and `crypto/sha512` (`MarshalBinary`), which registries written in Go also
store. For sha256 and sha512:

    4 bytes          magic "sha\\x03", "sha\\x07"
    32, 64 bytes     eight chaining words, big-endian
    64, 128 bytes    the unfinished block, filled with zeros after `length % 64`, `length % 128` bytes
    8 bytes          count of bytes hashed so far, big-endian

`seal` appends a CRC-32, so that a damaged state is recognised and never used.
"""

import struct
import zlib
from dataclasses import dataclass

from moorage.domain.digest import SHA256, SHA512

BLOCK_BYTES = {SHA256: 64, SHA512: 128}
_MAGIC = {SHA256: b"sha\x03", SHA512: b"sha\x07"}
_FORMS = {SHA256: struct.Struct(">4s8I64sQ"), SHA512: struct.Struct(">4s8Q128sQ")}
_CHECK = struct.Struct(">I")
_INITIAL_WORDS = {
    SHA256: (
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    ),
    SHA512: (
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ),
}  # fmt: skip
"""FIPS 180-4, 5.3.3 and 5.3.5."""


@dataclass(frozen=True, slots=True)
class HashState:
    """The state after `length` bytes: eight words and the bytes of the unfinished block. By default, the initial one.

    Raises: ValueError if they do not fit each other.
    """

    algorithm: str = SHA256
    words: tuple[int, ...] = ()
    pending: bytes = b""
    length: int = 0

    def __post_init__(self) -> None:
        if not self.words:
            object.__setattr__(self, "words", _INITIAL_WORDS[self.algorithm])
        if len(self.words) != 8 or len(self.pending) != self.length % BLOCK_BYTES[self.algorithm]:
            raise ValueError(f"not a state of {self.algorithm}: the pending block does not fit the length")

    def encode(self) -> bytes:
        """The 108 or 204 bytes that Go would write."""
        return _FORMS[self.algorithm].pack(_MAGIC[self.algorithm], *self.words, self.pending, self.length)

    @classmethod
    def decode(cls, encoded: bytes) -> "HashState":
        """Read such bytes. Raises: ValueError if they are not a state."""
        algorithm = next((name for name, magic in _MAGIC.items() if encoded.startswith(magic)), None)
        if algorithm is None or len(encoded) != _FORMS[algorithm].size:
            raise ValueError(f"not a state: {len(encoded)} bytes that begin with {encoded[:4]!r}")
        _, *words, block, length = _FORMS[algorithm].unpack(encoded)
        pending = block[: length % BLOCK_BYTES[algorithm]]
        if block[len(pending) :].strip(b"\0"):
            raise ValueError("not a state: the block is not filled with zeros")
        return cls(algorithm, tuple(words), pending, length)

    def seal(self) -> bytes:
        """The encoding followed by its CRC-32: 112 or 208 bytes. This is what is stored."""
        encoded = self.encode()
        return encoded + _CHECK.pack(zlib.crc32(encoded))


def unseal(stored: bytes | None) -> HashState | None:
    """The stored state if it is undamaged; otherwise None: hash again."""
    if stored is None or len(stored) < _CHECK.size:
        return None
    encoded, check = stored[: -_CHECK.size], stored[-_CHECK.size :]
    if _CHECK.pack(zlib.crc32(encoded)) != check:
        return None
    try:
        return HashState.decode(encoded)
    except ValueError:
        # Undamaged, but in a form that this version does not know.
        return None
