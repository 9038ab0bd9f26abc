"""`moorage uploads`: the unfinished pushes from this machine, and their state in the registry."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TextIO

from botocore.exceptions import BotoCoreError
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from moorage_client.direct_client import DirectApiError, DirectClient, UnreachableError
from moorage_client.endpoint import EndpointError
from moorage_client.http import ClientSetupError
from moorage_client.push_journal import Push, PushJournal
from moorage_client.text import printable

COLUMNS = ("upload", "repository", "file", "size", "status", "received", "verified")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushState:
    """A push of the journal, and what the registry says of it. The sizes are in bytes; None where it says nothing."""

    push: Push
    status: str
    received_bytes: int | None = None
    verified_bytes: int | None = None


def unfinished_pushes(journal: PushJournal) -> Iterator[PushState]:
    """Every push of the journal. Those that are completed or unknown to the registry are deleted from it."""
    for push in journal.all():
        state = _state(push)
        if state.status in ("completed", "gone"):
            journal.forget(push)
        yield state


def print_json(pushes: Iterator[PushState], output: TextIO) -> None:
    """One array. A byte of a file name that is not UTF-8 is a lone surrogate, as Python's JSON writes it."""
    rows = [
        asdict(state.push)
        | {"status": state.status, "received_bytes": state.received_bytes, "verified_bytes": state.verified_bytes}
        for state in pushes
    ]
    output.write(json.dumps(rows, indent=2) + "\n")


def print_table(pushes: Iterator[PushState], console: Console) -> None:
    """A table on a terminal. Elsewhere a line of texts separated by tabs for each push, nothing folded or cut off."""
    rows = [_row(state) for state in pushes]
    if not console.is_terminal:
        for row in rows:
            console.file.write("\t".join(row) + "\n")  # rich would expand the tabs
        return
    if not rows:
        console.print("There are no unfinished pushes.")
        return
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, overflow="fold")  # a shortened id could not be copied
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _row(state: PushState) -> list[str]:
    push = state.push
    sizes = ["" if size is None else decimal(size) for size in (state.received_bytes, state.verified_bytes)]
    texts = [push.upload_id, push.repository, push.file, decimal(push.size_bytes), state.status, *sizes]
    return [printable(text) for text in texts]


def _state(push: Push) -> PushState:
    try:
        with DirectClient(push.endpoint) as client:
            state = client.status(push.upload_id)
            is_uploading = state["status"] == "uploading"
            received = _received_bytes(client, push.upload_id) if is_uploading else push.size_bytes
    except DirectApiError as refusal:
        return PushState(push=push, status="gone" if refusal.status == 404 else refusal.code)
    except UnreachableError:
        return PushState(push=push, status="unreachable")
    except (BotoCoreError, ClientSetupError, EndpointError) as error:
        return PushState(push=push, status=str(error))
    reason = f" ({state['failureReason']})" if "failureReason" in state else ""
    return PushState(
        push=push,
        status=f"{state['status']}{reason}",
        received_bytes=received,
        verified_bytes=state["bytesVerified"],
    )


def _received_bytes(client: DirectClient, upload_id: str) -> int:
    received: int = 0
    page = client.parts(upload_id)
    while True:
        received += sum(part["lastByte"] - part["firstByte"] + 1 for part in page["parts"] if part["received"])
        if "nextToken" not in page:
            return received
        page = client.parts(upload_id, page["nextToken"])
