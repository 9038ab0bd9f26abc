"""The file that holds the emulator's state: SQLite in WAL mode.

Rules: a commit is on the disk before `commit` returns (one fsync of the write-ahead log); it is there as a whole or not
at all; a change that was cut off by the end of the process was never acknowledged and is dropped when the file is
opened. SQLite merges its log into the file by itself, so nothing here compacts.
"""

import sqlite3
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from moorage_local.engines.durable import rows
from moorage_local.engines.durable.rows import Statement

FORMAT = 1
"""Raised when the tables change; a file of another format is refused."""
APPLICATION = 0x4D4F4F52
"""SQLite's application id: "MOOR"."""
TAKEOVER_SECONDS = 30.0
"""How long to wait for a process that is just being killed to let the file go."""

_MAGIC = b"SQLite format 3\x00"
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24


class StoreError(Exception):
    """The file cannot be used, or a change could not be written; the message is one line for a person."""


def check_format(file: Path) -> None:
    """Raises: StoreError if the file is not ours or of another format. Reads only the header (SQLite, file format)."""
    if not file.exists() or file.stat().st_size == 0:
        return
    with file.open("rb") as stream:
        header = stream.read(100)
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise StoreError(f"{file} is damaged: it is not a SQLite file")
    version, application = struct.unpack(">I", header[60:64])[0], struct.unpack(">I", header[68:72])[0]
    if application not in (0, APPLICATION):
        raise StoreError(f"{file} belongs to another program")
    if application == APPLICATION and version != FORMAT:
        raise StoreError(f"{file} has format {version}; this version of Moorage reads format {FORMAT}")


class Store:
    """The open file; one process has it at a time."""

    def __init__(self, file: Path) -> None:
        """Open it, or make it. Raises: StoreError."""
        check_format(file)
        self._file = file
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{file} cannot be read: {error}") from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._file, timeout=TAKEOVER_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION:
            # Before the write-ahead log is switched on: `check_format` reads these from the file itself.
            connection.executescript(
                f"BEGIN; {rows.SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;"
            )
        frames = _frames_in_log(self._file)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        (report,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if report != "ok":
            raise sqlite3.DatabaseError(report)
        _, committed, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if frames > committed:
            _say(f"{self._file}: dropped a change that was cut off before it was acknowledged")
        return connection

    def commit(self, statements: Sequence[Statement]) -> None:
        """Write all of them or none. Raises: StoreError, with the file as it was."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                self._connection.execute(sql, values)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, ValueError) as error:  # ValueError: a key that is not a string
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise StoreError(f"{self._file} cannot be written: {error}") from error

    def read(self, sql: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query."""
        yield from self._connection.execute(sql, tuple(values))

    def close(self) -> None:
        """Merge the log into the file and let it go."""
        self._connection.close()


def _frames_in_log(file: Path) -> int:
    """Frames of the log's present round, complete or not (SQLite, "The WAL file format"): those share its salt."""
    log = file.with_name(f"{file.name}-wal")
    content = log.read_bytes() if log.exists() else b""
    if len(content) <= _WAL_HEADER_BYTES:
        return 0
    page_bytes, salt = struct.unpack(">I", content[8:12])[0], content[16:24]
    starts = range(_WAL_HEADER_BYTES, len(content), _FRAME_HEADER_BYTES + page_bytes)
    return sum(content[start + 8 : start + 16] == salt for start in starts)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the engine's log
