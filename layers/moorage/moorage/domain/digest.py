"""The digest of a layer: an algorithm and the hex form of a hash, as OCI and ECR write it."""

import re
from dataclasses import dataclass

_WELL_FORMED = re.compile(r"[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A sha256 digest in its one canonical spelling: `sha256:` and 64 lower-case hex digits."""

    text: str

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.text):
            raise ValueError(f"not a sha256 digest: {self.text!r}")

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of_hash(cls, sha256: bytes) -> "Digest":
        """The digest whose hash is these 32 bytes."""
        return cls(f"sha256:{sha256.hex()}")


def parse_digest(text: str) -> Digest | None:
    """Read a digest; None for one that no layer here can have (another algorithm, upper case, wrong length)."""
    return Digest(text) if _SHA256.fullmatch(text) else None


def is_well_formed(text: str) -> bool:
    """Whether the text has a digest's form, a sha256 also its length; another algorithm is well formed, and unknown."""
    if not _WELL_FORMED.fullmatch(text):
        return False
    algorithm, _, hexadecimal = text.partition(":")
    return algorithm != "sha256" or len(hexadecimal) == 64
