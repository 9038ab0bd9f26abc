"""The port of the version of the records. domain/records.py has the version that this code writes."""

from typing import Protocol


class Schema(Protocol):
    """The version that all records of the table have reached."""

    def version(self) -> int:
        """1 for a table that does not say; strongly consistent."""

    def raise_to(self, version: int) -> None:
        """Record this version, unless a later one is recorded."""
