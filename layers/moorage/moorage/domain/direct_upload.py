"""A layer that a client sends straight to S3: what it claims of it, how that is cut into parts, what is verified."""

from dataclasses import dataclass

from moorage.domain.digest import Digest

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PartRange:
    """A part as the client is to send it: its S3 part number (from 1 on) and its bytes, inclusive."""

    number: int
    first_byte: int
    last_byte: int

    @property
    def size_bytes(self) -> int:
        """Length of the part."""
        return self.last_byte - self.first_byte + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the client said when it began: nothing of it is believed before the content is hashed."""

    digest: Digest
    size_bytes: int
    part_size_bytes: int
    media_type: str

    @property
    def part_count(self) -> int:
        """How many parts the layer comes in."""
        return -(-self.size_bytes // self.part_size_bytes)

    def part(self, number: int) -> PartRange:
        """The range of one part; only the last may be shorter than the others."""
        first_byte = (number - 1) * self.part_size_bytes
        return PartRange(number, first_byte, min(first_byte + self.part_size_bytes, self.size_bytes) - 1)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to verify an upload, of one run of one worker (`owner`) up to a time (`expires_at`, epoch seconds)."""

    owner: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How far the stored object was hashed; the sha256 state after `verified_bytes` is the upload's `hash_state`.

    `object_etag` pins the object: bytes of another one are never hashed on to it.
    """

    object_etag: str
    verified_bytes: int = 0
    lease: Lease | None = None


def part_size_for(size_bytes: int, *, preferred_bytes: int, max_parts: int) -> int:
    """The size of the parts of a layer: as preferred, or whole MiB more where that would make too many parts."""
    needed_bytes = -(-size_bytes // max_parts)
    return preferred_bytes if needed_bytes <= preferred_bytes else -(-needed_bytes // MIB) * MIB
