"""The progress of an upload whose bytes come through us: its received bytes, its stored parts, its rules for the next.

A *received* part is what a caller sent; a *stored* part is a part of the S3 multipart upload. Usually they are the
same. If callers send less than S3's minimum, a received part is kept as an object, the *tail*. The next part is joined
to it. If the upload is completed first, the tail becomes its last part.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """The last part a caller sent: its range (inclusive) and its own sha256, to recognise a repetition."""

    first_byte: int
    last_byte: int
    sha256: bytes

    @property
    def size_bytes(self) -> int:
        """Length of the part."""
        return self.last_byte - self.first_byte + 1


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part of the multipart upload. `part_number` is its place in the layer and its S3 part number: 1, 2, 3 …

    S3 requires part numbers without gaps if parts carry a SHA-256 (S3 User Guide, Checking object integrity).
    """

    part_number: int
    etag: str
    sha256: bytes
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The object with the end of the layer, while it is too short to be a stored part before others."""

    object_key: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Reservation:
    """The next place in the layer is reserved for bytes with this sha256, until `expires_at` (epoch seconds).

    Requests for one place share an S3 part number, so one must not overwrite what another has stored. Requests with the
    same bytes may run at the same time; requests with other bytes must wait.
    """

    sha256: bytes
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayProgress:
    """What has come so far.

    `received_bytes` is also the version of the upload's record: every accepted part raises it, so a write conditional
    on it sees no other write in between. `attempts` counts the attempts to store a part; each names its tail by it.
    """

    received_bytes: int = 0
    received_parts: int = 0
    stored_parts: int = 0
    attempts: int = 0
    reservation: Reservation | None = None
    last_part: ReceivedPart | None = None
    tail: Tail | None = None
    min_part_bytes: int = 0
    """The minimum size of a part except the last, as set when the upload began: the setting may change later."""
    has_short_part: bool = False
    """A part before the last one was smaller than `min_part_bytes`."""

    def is_reserved_for_others(self, sha256: bytes, now: float) -> bool:
        """Whether a part with other bytes is being stored at the next place."""
        reserved = self.reservation
        return reserved is not None and reserved.sha256 != sha256 and reserved.expires_at > now

    def leaves_tail(self, size_bytes: int, min_stored_bytes: int) -> bool:
        """Whether a part of `size_bytes`, joined to the tail if there is one, becomes the tail and not a stored part.

        It does if S3 would refuse it before another part, but the registry accepts another part after it (it has at
        least `min_part_bytes`). A shorter part must be the last.
        """
        joined_bytes = size_bytes + (self.tail.size_bytes if self.tail else 0)
        return self.min_part_bytes <= size_bytes and joined_bytes < min_stored_bytes
