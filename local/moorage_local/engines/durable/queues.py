"""SQS: after each request, what differs from the disk is a change. Queues are short, so comparing them is cheap.

Messages are stored as they are, with their ids, receipt handles and receive counts: sending them again would give
them others.
"""

import copy
import time
from typing import Any

from ministack.services import sqs

from moorage_local.engines.durable import rows
from moorage_local.engines.durable.store import Store
from moorage_local.engines.durable.tables import Add

_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
Version = tuple[Any, ...]


class Messages:
    """Knows which messages are stored, and in which state."""

    def __init__(self, add: Add) -> None:
        """`add` takes the changes."""
        self._add = add
        self._stored: dict[tuple[str, str], Version] = {}

    def save(self) -> None:
        """Queue what has changed since the last call."""
        found: dict[tuple[str, str], Version] = {}
        for key, queue in sqs._queues.all_items():
            name = "/".join(key[:2]) + "/" + queue["name"]
            for message in queue["messages"]:
                place = (name, message["id"])
                found[place] = _version(message)
                if self._stored.get(place) != found[place]:
                    self._add(rows.put_message(*place, message))
        for place in self._stored.keys() - found.keys():
            self._add(rows.remove_message(*place))
        self._stored = found

    def load(self, store: Store) -> None:
        """Put the stored messages into the queues that are there; what was in hand can be received again."""
        queues = {"/".join(key[:2]) + "/" + queue["name"]: queue for key, queue in sqs._queues.all_items()}
        now = time.time()
        self._stored = {}
        for name, text in store.read(rows.MESSAGES):
            if name in queues:
                message = rows.from_text(text)
                self._stored[name, message["id"]] = _version(message)
                if message["receive_count"]:
                    message["visible_at"] = min(message["visible_at"], now)
                queues[name]["messages"].append(message)

    def forget(self) -> None:
        """The disk has no messages any more."""
        self._stored = {}


def _version(message: dict[str, Any]) -> Version:
    return message["receive_count"], message["receipt_handle"], message["visible_at"]


def definitions() -> dict[str, Any]:
    """What ministack saves of SQS, without the messages and without counts that follow from them."""
    queues = type(sqs._queues)()
    for key, queue in sqs._queues.all_items():
        attributes = {name: value for name, value in queue["attributes"].items() if name not in _COUNTS}
        queues.set_scoped(*key, {**queue, "messages": [], "attributes": attributes})
    return {"queues": copy.deepcopy(queues)}
