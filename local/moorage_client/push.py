"""`moorage push`: send a file straight to S3 and make it a layer.

The file is hashed, its parts are sent in parallel, and the registry verifies them. After an interruption, the same
command resumes: parts that S3 has are not sent again, and verified bytes are not read again.
"""

import hashlib
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from moorage_client.direct_client import ALREADY_THERE, DirectApiError, DirectClient
from moorage_client.part_sender import PartSender
from moorage_client.progress import PushProgress, shown_progress
from moorage_client.push_journal import Push, PushJournal, stamp
from moorage_client.retry import Retrying
from moorage_client.watched_completion import send_all, verify

BLOCK_BYTES = 1024 * 1024
PARALLEL = 4
NOT_FOUND = 404


class NotAFileError(ValueError):
    """What was given cannot be a layer; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """The user's options."""

    file: Path
    repository: str
    endpoint: str
    media_type: str | None = None
    parallel: int = PARALLEL
    single_put_bytes: int | None = None
    """The size up to which one request sends the file; by default, what suits the way to the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """What one push works with. `say` and `retrying` print one sentence."""

    client: DirectClient
    journal: PushJournal
    console: Console
    say: Callable[[str], None]
    retrying: Retrying


def push(options: PushOptions, pushing: Pushing) -> str:
    """Push the file; returns the layer's digest.

    Raises: NotAFileError, DirectApiError, UnreachableError, SendError, OSError and httpx's errors.
    """
    check_is_file(options.file)
    with _held(options, pushing) as is_kept:
        size_bytes, changed_ns = stamp(options.file)
        with shown_progress(pushing.console, size_bytes) as progress:
            found = pushing.journal.find(options.endpoint, options.repository, options.file) if is_kept else None
            digest = found.digest if found else hashed(options.file, progress.advancing("hash"))
            progress.fill("hash")
            page = _resumed(found, pushing.client) or initiated(options, digest, size_bytes, pushing.client)
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
                if is_kept:
                    pushing.journal.note(noted)
                _send_and_verify(noted, options, page, pushing, progress)
            progress.fill("upload", "verify")
    return digest


def check_is_file(file: Path) -> None:
    """Raises: NotAFileError for a pipe, a device, a directory or an empty file; OSError if there is none."""
    found = file.stat()
    if stat.S_ISFIFO(found.st_mode) or stat.S_ISSOCK(found.st_mode):
        raise NotAFileError("a pipe can be read only once, and a push reads twice: write it to a file first")
    if not stat.S_ISREG(found.st_mode):
        kind = "a directory" if stat.S_ISDIR(found.st_mode) else "a device"
        raise NotAFileError(f"it is {kind}, not a file")
    if not found.st_size:
        raise NotAFileError("it is empty, and a layer has at least one byte")


@contextmanager
def _held(options: PushOptions, pushing: Pushing) -> Iterator[bool]:
    """Keep the file's journal entry for this process; False if there can be no journal, so nothing can be resumed."""
    with ExitStack() as held:
        is_kept = True
        try:
            held.enter_context(
                pushing.journal.held(
                    options.endpoint,
                    options.repository,
                    options.file,
                    waiting=lambda: pushing.say("Another process is pushing this file there. Waiting until it ends."),
                )
            )
        except OSError as error:
            is_kept = False
            pushing.say(
                f"After an interruption this push could not resume, because the journal cannot be written: {error}"
            )
        yield is_kept


def _send_and_verify(
    noted: Push, options: PushOptions, page: dict[str, Any], pushing: Pushing, progress: PushProgress
) -> None:
    """Send and verify. The journal keeps a push that can resume, and forgets all others."""
    try:
        if page["status"] == "uploading":
            sent = progress.advancing("upload")
            with PartSender(options.file, pushing.client, sent, options.parallel, pushing.retrying) as sender:
                send_all(sender, page, pushing.client)
        progress.fill("upload")
        verify(pushing.client, noted.upload_id, progress.reaching("verify"))
    except DirectApiError as refusal:
        if refusal.status < 500:
            pushing.journal.forget(noted)
        if refusal.code != ALREADY_THERE:
            raise _explained(refusal) from refusal
    else:
        pushing.journal.forget(noted)


def _explained(refusal: DirectApiError) -> DirectApiError:
    """With what to do where the upload is gone: its repository was deleted or created again, or it expired."""
    if refusal.status != NOT_FOUND:
        return refusal
    message = f"{str(refusal).partition(': ')[2]}. Run the same command again."
    return DirectApiError(refusal.status, refusal.code, message)


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
        if refusal.status != NOT_FOUND:
            raise
        return None
    return state if state["status"] in ("verifying", "completed") else None


def initiated(options: PushOptions, digest: str, size_bytes: int, client: DirectClient) -> dict[str, Any]:
    """Start the upload of a layer; its state is `completed` if the repository has the layer.

    Raises: DirectApiError, UnreachableError.
    """
    descriptor: dict[str, Any] = {"repositoryName": options.repository, "layerDigest": digest, "layerSize": size_bytes}
    chosen_bytes = options.single_put_bytes
    if size_bytes <= (client.single_put_bytes if chosen_bytes is None else chosen_bytes):
        descriptor["singlePut"] = True
    if options.media_type:
        descriptor["mediaType"] = options.media_type
    try:
        return client.initiate(descriptor)
    except DirectApiError as refusal:
        if refusal.code != ALREADY_THERE:
            raise
        return {"status": "completed"}
