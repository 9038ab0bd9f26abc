"""The tables of the state's file, and each statement that changes one.

| table | one row for each | key |
|---|---|---|
| documents | service: what changes seldom (table definitions, keys, rules, queues), as ministack saves it | name |
| items | DynamoDB item | its table's id, partition key, sort key |
| changes | stream record that is not yet handled | its table's id, position in the stream |
| horizons | stream: the position before which everything is handled | its table's id |
| messages | SQS message; rows keep the order of sending | its queue, message id |
"""

import json
from typing import Any

Statement = tuple[str, tuple[Any, ...]]

SCHEMA = """
CREATE TABLE documents (name TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (table_id TEXT, pk TEXT, sk TEXT, item TEXT NOT NULL, PRIMARY KEY (table_id, pk, sk));
CREATE TABLE changes (table_id TEXT, position INTEGER, record TEXT NOT NULL, PRIMARY KEY (table_id, position));
CREATE TABLE horizons (table_id TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (number INTEGER PRIMARY KEY, queue TEXT, id TEXT, message TEXT NOT NULL, UNIQUE (queue, id));
"""

DOCUMENTS = "SELECT name, content FROM documents"
ITEMS = "SELECT table_id, item FROM items"
CHANGES = "SELECT table_id, record FROM changes ORDER BY table_id, position"
HORIZONS = "SELECT table_id, position FROM horizons"
MESSAGES = "SELECT queue, message FROM messages ORDER BY number"

CLEAR: tuple[Statement, ...] = (
    ("DELETE FROM documents", ()),
    ("DELETE FROM items", ()),
    ("DELETE FROM changes", ()),
    ("DELETE FROM horizons", ()),
    ("DELETE FROM messages", ()),
)


def put_document(name: str, content: str) -> Statement:
    """Replace the document of a service."""
    return "INSERT OR REPLACE INTO documents VALUES (?, ?)", (name, content)


def put_item(table_id: str, pk: str, sk: str, item: Any) -> Statement:
    """Store an item as it is now."""
    return "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)", (table_id, pk, sk, as_text(item))


def remove_item(table_id: str, pk: str, sk: str) -> Statement:
    """Remove an item."""
    return "DELETE FROM items WHERE table_id = ? AND pk = ? AND sk = ?", (table_id, pk, sk)


def remove_items(table_id: str) -> Statement:
    """Remove every item of a table."""
    return "DELETE FROM items WHERE table_id = ?", (table_id,)


def add_change(table_id: str, position: int, record: Any) -> Statement:
    """Add a record to a stream."""
    return "INSERT OR REPLACE INTO changes VALUES (?, ?, ?)", (table_id, position, as_text(record))


def forget_changes(table_id: str, horizon: int) -> tuple[Statement, Statement]:
    """Drop the records before `horizon`, and remember it: positions continue there."""
    return (
        ("DELETE FROM changes WHERE table_id = ? AND position < ?", (table_id, horizon)),
        ("INSERT OR REPLACE INTO horizons VALUES (?, ?)", (table_id, horizon)),
    )


def remove_stream(table_id: str) -> tuple[Statement, Statement]:
    """Drop a stream with its horizon."""
    return (
        ("DELETE FROM changes WHERE table_id = ?", (table_id,)),
        ("DELETE FROM horizons WHERE table_id = ?", (table_id,)),
    )


def put_message(queue: str, message_id: str, message: Any) -> Statement:
    """Store a message; one that is there keeps its place in the order."""
    sql = (
        "INSERT INTO messages (queue, id, message) VALUES (?, ?, ?) "
        "ON CONFLICT (queue, id) DO UPDATE SET message = excluded.message"
    )
    return sql, (queue, message_id, as_text(message))


def remove_message(queue: str, message_id: str) -> Statement:
    """Remove a message."""
    return "DELETE FROM messages WHERE queue = ? AND id = ?", (queue, message_id)


def as_text(value: Any) -> str:
    """JSON without spaces; surrogates stay escaped, so that SQLite can hold any string of Python's."""
    return json.dumps(value, separators=(",", ":"))


def from_text(text: str) -> Any:
    """What `as_text` wrote."""
    return json.loads(text)
