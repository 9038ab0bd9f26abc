"""`moorage push`: a file becomes a layer, straight to S3. It is hashed, sent in parallel, and verified over there.

Interrupted at any time, the same command goes on: what S3 has is not sent again, what is verified is not read again.
"""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from moorage_local.direct_client import DirectApiError, DirectClient
from moorage_local.part_sender import PartSender
from moorage_local.push_journal import Push, PushJournal, stamp

BLOCK_BYTES = 1024 * 1024
PARALLEL = 4
POLL_SECONDS = 0.3
STALLED_SECONDS = 10.0
"""A verification that makes no progress for so long is asked for again: whoever had it may be gone."""
ALREADY_THERE = "LayerAlreadyExistsException"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """What the user asked for."""

    file: Path
    repository: str
    endpoint: str
    media_type: str | None = None
    parallel: int = PARALLEL


def push(options: PushOptions, client: DirectClient, journal: PushJournal, console: Console) -> str:
    """Push; the layer's digest. DirectApiError, httpx's errors, SendError, OSError."""
    columns = (TextColumn("{task.description:>7}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as bars:
        size_bytes, changed_ns = stamp(options.file)
        tasks = {name: bars.add_task(name, total=size_bytes, start=False) for name in ("hash", "upload", "verify")}
        found = journal.find(options.endpoint, options.repository, options.file)
        digest = found.digest if found else hashed(options.file, _bar(bars, tasks["hash"]))
        bars.update(tasks["hash"], completed=size_bytes)
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
            try:
                _send_and_verify(options, page, client, bars, tasks)
            except DirectApiError as refusal:
                if refusal.status < 500:
                    journal.forget(noted)
                raise
            journal.forget(noted)
        for task in tasks.values():
            bars.update(task, completed=size_bytes)
    return digest


def hashed(file: Path, advance: Callable[[int], None]) -> str:
    """The digest of a file, read block by block."""
    running = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(BLOCK_BYTES):
            running.update(block)
            advance(len(block))
    return f"sha256:{running.hexdigest()}"


def _resumed(found: Push | None, client: DirectClient) -> dict[str, Any] | None:
    """The upload that an earlier run began, where it still is one."""
    if found is None:
        return None
    try:
        state = client.describe(found.upload_id)
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
        return client.begin(claim)
    except DirectApiError as refusal:
        if refusal.code != ALREADY_THERE:
            raise
        return {"status": "completed"}


def _send_and_verify(
    options: PushOptions, page: dict[str, Any], client: DirectClient, bars: Progress, tasks: dict[str, TaskID]
) -> None:
    if page["status"] == "uploading":
        with PartSender(options.file, _bar(bars, tasks["upload"]), options.parallel) as sender:
            sender.send_all(client, page)
    bars.update(tasks["upload"], completed=page["layerSize"])
    bars.start_task(tasks["verify"])
    try:
        verify(client, page["uploadId"], lambda done: bars.update(tasks["verify"], completed=done))
    except DirectApiError as refusal:
        if refusal.code != ALREADY_THERE:
            raise


def verify(client: DirectClient, upload_id: str, verified: Callable[[int], None]) -> None:
    """Have the upload completed, and tell on the way how many bytes are verified; DirectApiError if it fails."""
    while True:
        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(client.complete, upload_id)
            while not asked.done():
                wait([asked], POLL_SECONDS)
                verified(client.describe(upload_id)["bytesVerified"])
        if asked.result()["status"] == "completed" or not _is_verified_elsewhere(client, upload_id, verified):
            return


def _is_verified_elsewhere(client: DirectClient, upload_id: str, verified: Callable[[int], None]) -> bool:
    """Watch the queue's worker; True where it has to be asked again (also to be told why it failed)."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < STALLED_SECONDS:
        state = client.describe(upload_id)
        verified(state["bytesVerified"])
        if state["status"] != "verifying":
            return bool(state["status"] != "completed")
        if state["bytesVerified"] != seen:
            seen, since = state["bytesVerified"], time.monotonic()
        time.sleep(POLL_SECONDS)
    return True


def _bar(bars: Progress, task: TaskID) -> Callable[[int], None]:
    bars.start_task(task)
    return lambda count: bars.advance(task, count)
