"""Blobs that arrive before their digest is known: each in an unnamed temporary file, hashed as it is written."""

import asyncio
import os
import tempfile
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import IO

from moorage_gateway.blobs.errors import OciError
from moorage_gateway.body import RequestBody

BATCH_BYTES = 1024 * 1024
REMEMBERED = 1000
"""The number of ended uploads whose completion may be repeated."""
IDLE_SECONDS = 3600.0
"""How long an interrupted upload can be taken up again."""


class BlobSession:
    """The blob of one upload so far. `lock` is held by the one request that adds to it or sends it on."""

    def __init__(self, repository: str, directory: Path | None, session_id: str) -> None:
        self.id = session_id
        self.repository = repository
        self.lock = asyncio.Lock()
        self.received_bytes = 0
        self.used_at = time.monotonic()
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 - `close` closes it
        self._hash = sha256()

    @property
    def digest(self) -> str:
        """Of everything that was received."""
        return f"sha256:{self._hash.hexdigest()}"

    @property
    def location(self) -> str:
        """Where the upload goes on."""
        return f"/v2/{self.repository}/blobs/uploads/{self.id}"

    async def append(self, body: RequestBody) -> None:
        """Add a body. If it ends early, the received bytes are kept: a client can ask how many and resume there.

        Raises: BodyError; OSError if the file system of the temporary files is full.
        """
        batch = bytearray()
        try:
            while chunk := await body.read():
                batch += chunk
                if len(batch) >= BATCH_BYTES:
                    full, batch = batch, bytearray()
                    await asyncio.to_thread(self._write, full)
        finally:
            if batch:
                await asyncio.shield(asyncio.to_thread(self._write, batch))
            self.used_at = time.monotonic()

    async def pieces(self, first_byte: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `first_byte` up to before `end`."""
        for place in range(first_byte, end, BATCH_BYTES):
            yield await asyncio.to_thread(os.pread, self._file.fileno(), min(BATCH_BYTES, end - place), place)

    def close(self) -> None:
        """Give the file's room back."""
        self._file.close()

    def _write(self, batch: bytearray) -> None:
        self._file.seek(self.received_bytes)
        self._file.write(batch)
        self._file.flush()
        self._hash.update(batch)
        self.received_bytes += len(batch)


class BlobSessions:
    """The uploads that have begun and not ended, by ids that cannot be guessed."""

    def __init__(self, directory: Path | None = None) -> None:
        """`directory` is for the temporary files; by default the system's."""
        self._directory = directory
        self._sessions: dict[str, BlobSession] = {}
        self._made = deque[tuple[str, str, str]](maxlen=REMEMBERED)

    def start(self, repository: str) -> BlobSession:
        """A new upload; those that nobody continues are dropped."""
        oldest = time.monotonic() - IDLE_SECONDS
        for idle in [each for each in self._sessions.values() if each.used_at < oldest and not each.lock.locked()]:
            self.end(idle)
        session = BlobSession(repository, self._directory, str(uuid.uuid4()))
        self._sessions[session.id] = session
        return session

    def find(self, repository: str, session_id: str) -> BlobSession:
        """Raises: OciError if there is none, also for an upload to another repository."""
        session = self._sessions.get(session_id)
        if session is None or session.repository != repository:
            raise OciError(404, "BLOB_UPLOAD_UNKNOWN", "There is no such upload; begin a new one")
        return session

    def end(self, session: BlobSession, *, made: str | None = None) -> None:
        """Forget it; `made` is the digest of the layer that it became, for a client that did not get the answer."""
        if self._sessions.pop(session.id, None) is not None:
            session.close()
            if made is not None:
                self._made.append((session.repository, session.id, made))

    def has_made(self, repository: str, session_id: str, digest: str) -> bool:
        """Whether an upload that has ended became this layer."""
        return (repository, session_id, digest) in self._made

    def close(self) -> None:
        """Forget all."""
        for session in list(self._sessions.values()):
            self.end(session)
