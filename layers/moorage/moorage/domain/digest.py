"""The digest of a layer: an algorithm and the hex form of a hash, as OCI and ECR write it."""

import re
from collections.abc import Collection
from dataclasses import dataclass

_WELL_FORMED = re.compile(r"[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+")
_CANONICAL = re.compile(r"[0-9a-f]+")
SHA256 = "sha256"
SHA512 = "sha512"
HEX_LENGTHS = {SHA256: 64, SHA512: 128}
"""The algorithms that the OCI image specification registers, and the length of their hashes in hex digits."""
DEFAULT_ALGORITHMS = frozenset({SHA256})
"""The algorithm of ECR and the Docker clients. An operation that accepts others says so."""


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A digest in its one canonical spelling: lower-case hex digits, as many as the algorithm has.

    `str(digest)` is `sha256:…`. ValueError for an unknown algorithm, another length or upper case.
    """

    algorithm: str
    hex: str

    def __post_init__(self) -> None:
        if len(self.hex) != HEX_LENGTHS.get(self.algorithm) or not _CANONICAL.fullmatch(self.hex):
            raise ValueError(f"not a digest: '{self.algorithm}:{self.hex}'")

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"

    @classmethod
    def of_hash(cls, hashed: bytes) -> "Digest":
        """The digest whose hash is these 32 (sha256) or 64 bytes (sha512)."""
        return cls(SHA512 if len(hashed) == 64 else SHA256, hashed.hex())

    @classmethod
    def of(cls, text: str) -> "Digest":
        """The digest with this spelling, for text that was a digest before.

        Raises: ValueError for any other text.
        """
        algorithm, _, hexadecimal = text.partition(":")
        return cls(algorithm, hexadecimal)


def parse_digest(text: str, algorithms: Collection[str] = DEFAULT_ALGORITHMS) -> Digest | None:
    """Read a digest; None if no layer can have it (another algorithm, upper case, wrong length)."""
    try:
        digest = Digest.of(text)
    except ValueError:
        return None
    return digest if digest.algorithm in algorithms else None


def is_well_formed(text: str) -> bool:
    """Whether the text has a digest's form. The length is checked only for known algorithms."""
    if not _WELL_FORMED.fullmatch(text):
        return False
    algorithm, _, hexadecimal = text.partition(":")
    return len(hexadecimal) == HEX_LENGTHS.get(algorithm, len(hexadecimal))
