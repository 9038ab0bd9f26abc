"""The port of objects that a layer's commit should have recorded (domain/uploads/unrecorded.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Recorded(Enum):
    """What became of the attempt to write the record of an upload that had none."""

    DONE = auto()
    """It has one: no commit without it can come any more."""
    COMMITTED = auto()
    """The object is a layer's content: the commit was written."""
    CLOSED = auto()
    """The deletion of the repository has begun."""


@dataclass(frozen=True, slots=True)
class UnrecordedPage:
    """One page of a listing: the keys of objects that no record names.

    The next page begins after the place `end`; `is_last`: the listing ends here.
    """

    object_keys: list[str]
    end: str
    is_last: bool


class UnrecordedObjects(Protocol):
    """Objects of layers that came whole, and whose records are in this table. Methods may raise UnavailableError."""

    @property
    def shards(self) -> Sequence[str]:
        """The parts of the listing: each is listed on its own."""

    def list_page(self, shard: str, after: str, last_day: str) -> UnrecordedPage:
        """Look at up to 1,000 objects of up to this day, beginning after a place."""

    def abandon(self, object_key: str, now: float) -> bool:
        """Write the record of an abandoned upload for an object. False if it has one, or is a layer's content."""
