"""`moorage push`: send a file straight to S3 and make it a layer.

The file is hashed, its parts are sent in parallel, and the registry verifies them. After an interruption, the same
command resumes: parts that S3 has are not sent again, and verified bytes are not read again.

"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from moorage_client.direct_client import DirectApiError, DirectClient
from moorage_client.part_sender import PartSender
from moorage_client.push_journal import Push, PushJournal, stamp
from moorage_client.watched_completion import verify

BLOCK_BYTES = 1024 * 1024
PARALLEL = 4
ALREADY_THERE = "LayerAlreadyExistsException"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """The user's options."""

    file: Path
    repository: str
    endpoint: str
    media_type: str | None = None
    parallel: int = PARALLEL


class _Bars:
    """Three bars over the same bytes: hashed, sent, verified."""

    def __init__(self, progress: Progress, size_bytes: int) -> None:
        self._progress = progress
        self._size_bytes = size_bytes
        self._tasks = {
            name: progress.add_task(name, total=size_bytes, start=False) for name in ("hash", "upload", "verify")
        }

    def advancing(self, name: str) -> Callable[[int], None]:
        """Start a bar; returns a function that advances it by a number of bytes."""
        self._progress.start_task(self._tasks[name])
        return lambda count: self._progress.advance(self._tasks[name], count)

    def reaching(self, name: str) -> Callable[[int], None]:
        """Start a bar; returns a function that sets it to a number of bytes."""
        self._progress.start_task(self._tasks[name])
        return lambda done: self._progress.update(self._tasks[name], completed=done)

    def fill(self, *names: str) -> None:
        """Mark these bars as finished."""
        for name in names:
            self.reaching(name)(self._size_bytes)


def push(options: PushOptions, client: DirectClient, journal: PushJournal, console: Console) -> str:
    """Push the file; returns the layer's digest.

    Raises: DirectApiError, SendError, OSError and httpx's errors.
    """
    columns = (TextColumn("{task.description:>7}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as progress:
        size_bytes, changed_ns = stamp(options.file)
        bars = _Bars(progress, size_bytes)
        found = journal.find(options.endpoint, options.repository, options.file)
        digest = found.digest if found else hashed(options.file, bars.advancing("hash"))
        bars.fill("hash")
        page = _resumed(found, client) or _begun(options, digest, size_bytes, client)
        if page["status"] != "completed":
            noted = Push(
                endpoint=options.endpoint,
                repository=options.repository,
                file=str(options.file.resolve()),
                size_bytes=size_bytes,
                changed_ns=changed_ns,
                digest=digest,
                upload_id=page["uploadId"],
            )
            journal.note(noted)
            _carry_through(noted, options, page, client, journal, bars)
        bars.fill("upload", "verify")
    return digest


def _carry_through(
    noted: Push,
    options: PushOptions,
    page: dict[str, Any],
    client: DirectClient,
    journal: PushJournal,
    bars: _Bars,
) -> None:
    """Send and verify. The journal keeps a push that can resume, and forgets all others."""
    try:
        if page["status"] == "uploading":
            with PartSender(options.file, bars.advancing("upload"), options.parallel) as sender:
                sender.send_all(client, page)
        bars.fill("upload")
        verify(client, noted.upload_id, bars.reaching("verify"))
    except DirectApiError as refusal:
        if refusal.status < 500:
            journal.forget(noted)
        if refusal.code != ALREADY_THERE:
            raise
    else:
        journal.forget(noted)


def hashed(file: Path, advance: Callable[[int], None]) -> str:
    """The digest of a file, read block by block."""
    running = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(BLOCK_BYTES):
            running.update(block)
            advance(len(block))
    return f"sha256:{running.hexdigest()}"


def _resumed(found: Push | None, client: DirectClient) -> dict[str, Any] | None:
    """The upload that an earlier run started, if it is still open."""
    if found is None:
        return None
    try:
        state = client.status(found.upload_id)
        if state["status"] == "uploading":
            return client.parts(found.upload_id)
    except DirectApiError as refusal:
        if refusal.status != 404:
            raise
        return None
    return state if state["status"] in ("verifying", "completed") else None


def _begun(options: PushOptions, digest: str, size_bytes: int, client: DirectClient) -> dict[str, Any]:
    claim = {"repositoryName": options.repository, "layerDigest": digest, "layerSize": size_bytes}
    if options.media_type:
        claim["mediaType"] = options.media_type
    try:
        return client.initiate(claim)
    except DirectApiError as refusal:
        if refusal.code != ALREADY_THERE:
            raise
        return {"status": "completed"}
