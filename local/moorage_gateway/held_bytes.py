"""Bodies between socket and worker: in memory while there is room for them, else in a temporary file.

Nobody waits for room, so clients that stop in the middle of their bodies block nobody and cost no memory.
"""

import asyncio
import tempfile
from io import BufferedRandom
from pathlib import Path
from types import TracebackType
from typing import Self

MEMORY_BYTES = 48 * 1024 * 1024
"""The room in memory for all bodies together that are arriving or wait for a worker."""
_FILE_BATCH_BYTES = 256 * 1024


class BodyMemory:
    """The room that all bodies share. Used on the event loop only."""

    def __init__(self, limit_bytes: int = MEMORY_BYTES, directory: Path | None = None) -> None:
        """`directory` takes the files of bodies that have no room; they have no name and vanish with the process."""
        self.directory = directory
        self.free_bytes = limit_bytes

    def take(self, size_bytes: int) -> bool:
        """Take room if there is enough."""
        if size_bytes > self.free_bytes:
            return False
        self.free_bytes -= size_bytes
        return True

    def give_back(self, size_bytes: int) -> None:
        """Give room back."""
        self.free_bytes += size_bytes


class HeldBytes:
    """Bytes of a body; a context manager that gives back what they use."""

    def __init__(self, memory: BodyMemory) -> None:
        self.size_bytes = 0
        self._memory = memory
        self._taken_bytes = 0
        self._buffer = bytearray()
        self._file: BufferedRandom | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def append(self, chunk: bytes) -> None:
        """Add bytes. Raises: OSError if the file system of the temporary files is full."""
        self.size_bytes += len(chunk)
        self._buffer += chunk
        if self._file is None and self._memory.take(len(chunk)):
            self._taken_bytes += len(chunk)
        elif len(self._buffer) >= _FILE_BATCH_BYTES or self._taken_bytes:
            await self._move_to_file()

    async def _move_to_file(self) -> None:
        buffer, self._buffer = self._buffer, bytearray()
        await asyncio.to_thread(self._write, buffer)
        self._give_back()

    def _write(self, buffer: bytearray) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._memory.directory)  # noqa: SIM115 - `close` closes it
        self._file.write(buffer)

    def load(self) -> bytearray:
        """All bytes. Reads the file, if there is one: call it in a worker thread."""
        if self._file is not None:
            rest, self._buffer = self._buffer, bytearray(self.size_bytes)
            written_bytes = self.size_bytes - len(rest)
            self._file.seek(0)
            with memoryview(self._buffer) as view:
                self._file.readinto(view[:written_bytes])
            self._buffer[written_bytes:] = rest
            self._file.close()
            self._file = None
        return self._buffer

    def close(self) -> None:
        """Drop the bytes and give back their room. Call it on the event loop."""
        if self._file is not None:
            self._file.close()
        self._file = None
        self._buffer = bytearray()
        self._give_back()

    def _give_back(self) -> None:
        taken, self._taken_bytes = self._taken_bytes, 0
        self._memory.give_back(taken)
