"""The port of objects that a layer's commit should have recorded (domain/uploads/unrecorded.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UnrecordedPage:
    """One page of a listing: the keys of objects that no record names.

    `last_key` is the last one that was listed, None if there was none; `is_last`: the listing ends here.
    """

    object_keys: list[str]
    last_key: str | None
    is_last: bool


class UnrecordedObjects(Protocol):
    """Objects of layers that came whole. Methods may raise UnavailableError."""

    @property
    def shards(self) -> Sequence[str]:
        """The parts of the listing: each is listed on its own."""

    def list_page(self, shard: str, after: str | None, last_day: str) -> UnrecordedPage:
        """Look at up to 1,000 objects that were stored up to this day, beginning after a key."""

    def abandon(self, object_key: str, now: float) -> bool:
        """Write the record of an abandoned upload for an object. False if it has one, or is a layer's content."""
