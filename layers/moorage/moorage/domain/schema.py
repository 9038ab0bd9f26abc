"""The version of the table's records (docs/adr/0032)."""

SCHEMA_VERSION = 2
"""Of the records that this code writes. Version 1 counted a blob's layers in its record; version 2 has links."""
