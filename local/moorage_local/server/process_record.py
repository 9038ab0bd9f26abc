"""Which process serves a state directory: the one that holds the lock on its `server.json`.

A process id in a file may belong to a process that has ended, or to another one that got the same number. A lock ends
with its process, and the kernel names the process that holds it (F_GETLK, fcntl(2)).
"""

import fcntl
import json
import os
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from moorage_local.engines.process import EngineError

_FILE = "server.json"
_FLOCK = "hhqqi4x"
"""Linux's struct flock: type, whence, start, length, pid."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A process that serves a state directory; it has neither a URL nor a time while it starts."""

    pid: int
    url: str | None = None
    since: float | None = None
    """Epoch seconds at which it was ready."""


class ServerRecord:
    """The record of this process."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def ready(self, url: str) -> None:
        """Record the server's URL, and that it is ready now."""
        self._file.write(json.dumps({"pid": os.getpid(), "url": url, "since": time.time()}))
        self._file.flush()

    def clear(self) -> None:
        """Record nothing."""
        self._file.truncate(0)


@contextmanager
def only_server_of(state: Path) -> Iterator[ServerRecord]:
    """Hold the lock of a directory until the end of the block. Raises: EngineError if another process holds it."""
    state.mkdir(parents=True, exist_ok=True)
    # The file stays: removing it would let two processes lock two files of the same name.
    with (state / _FILE).open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(state / _FILE) if sys.platform == "linux" else None
            named = f" (process {holder})" if holder else ""
            raise EngineError(f"another Moorage server is using {state}{named}") from error
        record = ServerRecord(file)
        record.clear()
        try:
            yield record
        finally:
            record.clear()


def find_server(state: Path) -> RunningServer | None:
    """The server of a state directory. Raises: EngineError if this is not a state directory, or not Linux."""
    if sys.platform != "linux":
        raise EngineError("this command needs Linux: it asks the kernel which process is the server")
    if not state.exists():
        raise EngineError(f"{state} does not exist")
    if not (state / "lock").exists() and not (state / _FILE).exists():
        raise EngineError(f"{state} is not the state directory of a Moorage server")
    file = state / _FILE
    holder = _holder(file) if file.exists() else None
    if holder is None:
        return None
    recorded = _recorded(file)
    if recorded.get("pid") != holder:
        return RunningServer(holder)
    return RunningServer(holder, recorded["url"], recorded["since"])


def _recorded(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text())
    except ValueError:
        return {}  # the server is starting, or is writing it
    return content


def _holder(file: Path) -> int | None:
    """The process that holds the lock, or None. It is 0 for a process outside of this container."""
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    with file.open() as opened:
        kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(opened, fcntl.F_GETLK, asked))
    return None if kind == fcntl.F_UNLCK else int(pid)
