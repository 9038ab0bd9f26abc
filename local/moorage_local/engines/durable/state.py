"""All that the emulator keeps: loaded when it starts, followed while it runs, restored when a write fails."""

import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ministack.core import persistence
from ministack.services import dynamodb, eventbridge, kms, sqs

from moorage_local.engines.durable import queues, rows, streams, tables
from moorage_local.engines.durable.group_commit import GroupCommit
from moorage_local.engines.durable.store import Store

Handler = Callable[..., Awaitable[Any]]

SERVICES: dict[str, tuple[Any, Callable[[], dict[str, Any]]]] = {
    "dynamodb": (dynamodb, tables.definitions),
    "sqs": (sqs, queues.definitions),
    "kms": (kms, kms.get_state),
    "eventbridge": (eventbridge, eventbridge.get_state),
}
"""Each service under the name that ministack saves it by, and what of it changes seldom."""

ONLY_ITEMS_OR_READING = (
    *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
    *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
    *("SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueue"),
    *("Describe", "List", "GenerateDataKey", "Encrypt", "Decrypt", "PutEvents"),
)
"""Beginnings of the names of operations after which no definition has to be compared."""


class State:
    """Ties ministack's modules to the store."""

    def __init__(self, store: Store) -> None:
        """Nothing is loaded yet."""
        self._store = store
        self.commits = GroupCommit(store.commit, self._restore)
        self.streams = streams.Streams(self.commits.add)
        self._items = tables.Items(self.commits.add)
        self._messages = queues.Messages(self.commits.add)
        self._documents: dict[str, str] = {}
        self._table_ids: set[str] = set()

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever stored."""
        return not self._documents

    def attach(self) -> None:
        """From now on every change is followed."""
        self._items.attach()
        self.streams.attach()
        for module, _ in SERVICES.values():
            module.handle_request = self._following(module.handle_request, may_send=module in (sqs, eventbridge))

    def load(self) -> None:
        """Read all that is stored into memory."""
        self._documents = {str(name): str(content) for name, content in self._store.read(rows.DOCUMENTS)}
        for name, content in self._documents.items():
            SERVICES[name][0].load_persisted_state(json.loads(content, object_hook=persistence._json_object_hook))
        tables.load_items(self._store)
        streams.load_streams(self._store)
        self._messages.load(self._store)
        self._table_ids = {table["TableId"] for table in tables.all_tables()}

    def rewrite(self) -> None:
        """Queue the whole of memory, in place of what is stored."""
        self.commits.add(*rows.CLEAR)
        self._documents, self._table_ids = {}, set()
        self._messages.forget()
        self._save_definitions()
        self._messages.save()
        streams.save_streams(self.commits.add)

    def take_over(self, directory: Path) -> None:
        """Load what an earlier version of Moorage saved in `directory` when it was stopped, and keep it."""
        for name, (module, _) in SERVICES.items():
            file = directory / f"{name}.json"
            if file.exists():
                saved = json.loads(file.read_text(), object_hook=persistence._json_object_hook)
                module.load_persisted_state(saved["payload"])
        self.rewrite()

    def _following(self, handle: Handler, *, may_send: bool) -> Handler:
        async def handle_request(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
            answer = await handle(method, path, headers, *rest)
            action = headers.get("x-amz-target", "").rpartition(".")[2]
            if not action.startswith(ONLY_ITEMS_OR_READING):
                self._save_definitions()
            if may_send:
                self._messages.save()
            return answer

        return handle_request

    def _save_definitions(self) -> None:
        """Queue the documents that have changed, and the items of tables that have come or gone."""
        for name, (_, definitions) in SERVICES.items():
            content = json.dumps(definitions(), default=persistence._json_default)
            if content != self._documents.get(name):
                self._documents[name] = content
                self.commits.add(rows.put_document(name, content))
        present = {table["TableId"]: table for table in tables.all_tables()}
        for table_id in self._table_ids - present.keys():
            self.commits.add(rows.remove_items(table_id), *rows.remove_stream(table_id))
        for table_id in present.keys() - self._table_ids:
            self.commits.add(*tables.items_of(present[table_id]))
        self._table_ids = set(present)

    def _restore(self) -> None:
        """Forget everything and load again; without either the process is of no use."""
        try:
            for module, _ in SERVICES.values():
                module.reset()
            self.load()
        except Exception as error:  # noqa: BLE001 - said, and the process ends
            print(f"the stored state cannot be read: {error}", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(1)
