"""`moorage uploads`: the unfinished pushes from this machine, and their state in the registry."""

from botocore.exceptions import BotoCoreError
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from moorage_client.direct_client import DirectApiError, DirectClient, UnreachableError
from moorage_client.push_journal import Push, PushJournal


def list_uploads(journal: PushJournal, console: Console) -> None:
    """Print a table. Pushes that are completed or unknown to the registry are deleted from the journal."""
    table = Table(box=None, pad_edge=False)
    for name in ("upload", "repository", "file", "size", "status", "received", "verified"):
        table.add_column(name, overflow="fold")  # a shortened id could not be copied
    for push in journal.all():
        status, received, verified = _state(push)
        if status in ("completed", "gone"):
            journal.forget(push)
        size = decimal(push.size_bytes)
        table.add_row(push.upload_id, push.repository, push.file, size, status, received, verified)
    if table.row_count:
        console.print(table)
    else:
        console.print("There are no unfinished pushes.")


def _state(push: Push) -> tuple[str, str, str]:
    try:
        with DirectClient(push.endpoint) as client:
            state = client.status(push.upload_id)
            is_uploading = state["status"] == "uploading"
            received = _received_bytes(client, push.upload_id) if is_uploading else push.size_bytes
    except DirectApiError as refusal:
        return ("gone" if refusal.status == 404 else refusal.code), "", ""
    except UnreachableError:
        return "unreachable", "", ""
    except BotoCoreError as error:
        return str(error), "", ""
    reason = f" ({state['failureReason']})" if "failureReason" in state else ""
    return f"{state['status']}{reason}", decimal(received), decimal(state["bytesVerified"])


def _received_bytes(client: DirectClient, upload_id: str) -> int:
    received: int = 0
    page = client.parts(upload_id)
    while True:
        received += sum(part["lastByte"] - part["firstByte"] + 1 for part in page["parts"] if part["received"])
        if "nextToken" not in page:
            return received
        page = client.parts(upload_id, page["nextToken"])
