"""The check that a function does before its first request."""

from collections.abc import Callable

from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.schema import DynamoDbSchema
from moorage.settings import Settings
from moorage.usecases.require_schema import require_once


def schema_check(settings: Settings) -> Callable[[], None]:
    """Reads the table's version, until it was accepted once in this process."""
    bind(settings.table_name, settings.region)
    return require_once(DynamoDbSchema())
