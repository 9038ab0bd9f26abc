"""Refuses a table whose records this code may not understand."""

from collections.abc import Callable
from contextlib import suppress

from moorage.domain.errors import LaterSchemaError, UnavailableError
from moorage.domain.schema import SCHEMA_VERSION
from moorage.usecases.ports.schema import Schema


def require_schema(schema: Schema) -> None:
    """Raises: LaterSchemaError if the table's records have a later version than this code's."""
    found = schema.version()
    if found > SCHEMA_VERSION:
        raise LaterSchemaError(found, SCHEMA_VERSION)


def require_once(schema: Schema) -> Callable[[], None]:
    """The same check, which reads the version again only while it was refused or could not be read.

    While DynamoDB is unavailable it refuses nothing: the request's own reads then fail with an error that clients know.
    """
    is_accepted = False

    def check() -> None:
        nonlocal is_accepted
        if not is_accepted:
            with suppress(UnavailableError):
                require_schema(schema)
                is_accepted = True

    return check
