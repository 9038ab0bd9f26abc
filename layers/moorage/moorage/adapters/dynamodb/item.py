"""The base class of all records, and their connection to the table."""

import random
import time
from collections.abc import Sequence
from importlib import import_module
from itertools import chain
from typing import Any

from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.backoff import conflict_pauses
from moorage.domain.errors import UnavailableError

_random = random.SystemRandom()


class _KindAttribute(DiscriminatorAttribute):
    """The kind of a record, which names its model. PynamoDB reads only kinds whose models are imported."""

    def deserialize(self, value: str) -> type:
        """The model, imported with all others if it is not known."""
        if value not in self._discriminator_map:
            import_module("moorage.adapters.dynamodb.all_models")
        found: type = super().deserialize(value)  # type: ignore[no-untyped-call]
        return found


class Item(Model):
    """The attributes that all records have. Queries of this class return each record as its own class."""

    class Meta:
        table_name: str
        region: str
        connect_timeout_seconds = 3
        read_timeout_seconds = 4  # three attempts fit into the API's 30 s
        max_retry_attempts = 2
        max_pool_connections = 32

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = _KindAttribute()
    expires_at = NumberAttribute(null=True)

    @classmethod
    def _batch_get_page(
        cls, keys_to_get: list[Any], consistent_read: bool | None, attributes_to_get: Sequence[str] | None
    ) -> tuple[list[Any], None]:
        """PynamoDB repeats unprocessed keys immediately and without a limit. This class waits in between, and stops.

        Raises: UnavailableError.
        """
        found: list[Any] = []
        for sleep_seconds in chain([0.0], conflict_pauses(_random.uniform)):
            time.sleep(sleep_seconds)
            page, unprocessed = super()._batch_get_page(keys_to_get, consistent_read, attributes_to_get)  # type: ignore[no-untyped-call]
            found += page
            if not unprocessed:
                return found, None
            keys_to_get = unprocessed
        raise UnavailableError


def read_items(keys: Sequence[tuple[str, str]]) -> list[Item]:
    """The items of these keys that exist, in any order: one strongly consistent batch for each 100 different keys.

    Raises: UnavailableError, EncryptionError.
    """
    unique = list(dict.fromkeys(keys))
    if not unique:
        return []
    with translated_errors():
        return list(Item.batch_get(unique, consistent_read=True))


def bind(table_name: str, region: str) -> Connection:
    """Point the models at a deployment's table and open their one connection; again, if it is another table."""
    if (table_name, region) != (getattr(Item.Meta, "table_name", None), getattr(Item.Meta, "region", None)):
        Item.Meta.table_name = table_name
        Item.Meta.region = region
        Item._connection = None  # PynamoDB has no other way to set a model's table
        # PynamoDB notes the table's indexes when it opens the connection, from the models that are imported then.
        import_module("moorage.adapters.dynamodb.repositories.models")
    return connection()


def connection() -> Connection:
    """The one connection, and botocore client, that all models and transactions use."""
    shared = Item._get_connection().connection
    assert shared.client is not None  # noqa: S101 - opens the client here, once, and not in the first threads
    return shared
