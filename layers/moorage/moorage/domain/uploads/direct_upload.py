"""A layer that a client sends straight to S3: its announced digest and size, its parts, and its verification."""

from dataclasses import dataclass

from moorage.domain.digest import Digest

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PartRange:
    """A part that the client must send: its S3 part number (from 1 on), and its first and last byte, inclusive."""

    number: int
    first_byte: int
    last_byte: int

    @property
    def size_bytes(self) -> int:
        """Length of the part."""
        return self.last_byte - self.first_byte + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDescriptor:
    """The layer as the client announced it. It is not trusted until the content is hashed."""

    digest: Digest
    size_bytes: int
    part_size_bytes: int
    media_type: str

    @property
    def part_count(self) -> int:
        """The number of parts."""
        return -(-self.size_bytes // self.part_size_bytes)

    def part(self, number: int) -> PartRange:
        """The range of one part. Only the last part may be shorter."""
        first_byte = (number - 1) * self.part_size_bytes
        return PartRange(number, first_byte, min(first_byte + self.part_size_bytes, self.size_bytes) - 1)

    def has_part(self, number: int, size_bytes: int) -> bool:
        """Whether a part with this number and length can be part of the layer."""
        return number <= self.part_count and size_bytes == self.part(number).size_bytes


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to verify an upload, of one run of one worker (`owner`) up to a time (`expires_at`, epoch seconds)."""

    owner: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The progress of hashing the stored object. The sha256 state after `verified_bytes` is the upload's `hash_state`.

    `object_etag` identifies the object, so that bytes of another object are never added to the hash.
    """

    object_etag: str
    verified_bytes: int = 0
    lease: Lease | None = None


def one_object(digest: Digest, size_bytes: int, media_type: str) -> DirectDescriptor:
    """The descriptor of a layer that is stored as one object, and so has one part."""
    return DirectDescriptor(
        digest=digest, size_bytes=size_bytes, part_size_bytes=max(size_bytes, 1), media_type=media_type
    )


def part_size_for(size_bytes: int, *, preferred_bytes: int, max_parts: int) -> int:
    """The part size of a layer: the preferred size, or more (in whole MiB) if there would be too many parts."""
    needed_bytes = -(-size_bytes // max_parts)
    return preferred_bytes if needed_bytes <= preferred_bytes else -(-needed_bytes // MIB) * MIB
