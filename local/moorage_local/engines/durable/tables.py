"""DynamoDB items: each one stored or removed in memory is a change for the disk."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import dynamodb

from moorage_local.engines.durable import rows
from moorage_local.engines.durable.rows import Statement
from moorage_local.engines.durable.store import Store

Table = dict[str, Any]
Add = Callable[..., None]
NO_SORT_KEY = "__no_sort__"
"""What ministack files the items of a table without a sort key under."""
_BESIDE = ("items", dynamodb._INDEX_MEMBERS)
"""Members of a table that are not part of its definition."""


class Items:
    """Follows the two functions through which every write of ministack's DynamoDB goes.

    ministack's operations run on the event loop from beginning to end, so the order of the calls is the order of
    execution, and the changes of a transaction are never torn apart.
    """

    def __init__(self, add: Add) -> None:
        """`add` takes the changes."""
        self._add = add

    def attach(self) -> None:
        """From now on writes are followed."""
        dynamodb._set_item = self._following_set(dynamodb._set_item)
        dynamodb._remove_item = self._following_remove(dynamodb._remove_item)
        dynamodb._items_replaced = self._following_replaced(dynamodb._items_replaced)

    def _following_set(self, store: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(store)
        def set_item(table: Table, pk: str, sk: str, item: Any) -> Any:
            self._add(rows.put_item(table["TableId"], str(pk), str(sk), item))
            return store(table, pk, sk, item)

        return set_item

    def _following_remove(self, remove: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(remove)
        def remove_item(table: Table, pk: str, sk: str) -> Any:
            self._add(rows.remove_item(table["TableId"], str(pk), str(sk)))
            return remove(table, pk, sk)

        return remove_item

    def _following_replaced(self, replaced: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(replaced)
        def items_replaced(table: Table) -> Any:
            self._add(rows.remove_items(table["TableId"]), *items_of(table))
            return replaced(table)

        return items_replaced


def items_of(table: Table) -> Iterator[Statement]:
    """The changes that write a table's items from nothing."""
    for pk, partition in table["items"].items():
        for sk, item in partition.items():
            yield rows.put_item(table["TableId"], str(pk), str(sk), item)


def all_tables() -> list[Table]:
    """Every table, of every account and region."""
    return list(dynamodb._tables.all_values())


def definitions() -> dict[str, Any]:
    """What ministack saves of DynamoDB, without the items. Its own `get_state` would copy them all."""
    tables = type(dynamodb._tables)()
    for (account, region, name), table in dynamodb._tables.all_items():
        definition = {member: value for member, value in table.items() if member not in _BESIDE}
        # Follow from the items.
        definition |= {"items": {}, "ItemCount": 0, "TableSizeBytes": 0}
        tables.set_scoped(account, region, name, definition)
    return {
        "tables": tables,
        "tags": dynamodb._tags,
        "ttl_settings": dynamodb._ttl_settings,
        "pitr_settings": dynamodb._pitr_settings,
        "resource_policies": dynamodb._resource_policies,
    }


def load_items(store: Store) -> None:
    """Put the stored items into the tables that are there."""
    tables = {table["TableId"]: table for table in all_tables()}
    for table_id, text in store.read(rows.ITEMS):
        table = tables.get(table_id)
        if table is not None:
            item = rows.from_text(text)
            pk = dynamodb._extract_key_val(item.get(table["pk_name"]))
            sk = dynamodb._extract_key_val(item.get(table["sk_name"])) if table["sk_name"] else NO_SORT_KEY
            table["items"][pk][sk] = item
    for table in tables.values():
        dynamodb._update_counts(table)
