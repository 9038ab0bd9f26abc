"""The version of the table's records.

    entity       pk        sk
    Schema       SCHEMA    VERSION

A table without this record is new, or has records of version 1. `moorage fsck --repair` writes it, after it has
migrated every record of an earlier version.
"""

from pynamodb.attributes import NumberAttribute

from moorage.adapters.dynamodb.conditional_writes import save_or_conflict
from moorage.adapters.dynamodb.item import Item, read_items

SCHEMA_PK = "SCHEMA"
_KEY = (SCHEMA_PK, "VERSION")


class SchemaItem(Item, discriminator="schema"):
    """The version that all records have reached."""

    version = NumberAttribute()


class DynamoDbSchema:
    """Implements the port `Schema`. Each docstring lists the calls to AWS."""

    def version(self) -> int:
        """One strongly consistent read."""
        found = next(iter(read_items([_KEY])), None)
        return int(found.version) if isinstance(found, SchemaItem) else 1

    def raise_to(self, version: int) -> None:
        """One conditional put."""
        is_lower = SchemaItem.pk.does_not_exist() | (SchemaItem.version < version)
        save_or_conflict(SchemaItem(*_KEY, version=version), is_lower)
