"""The commands `push` and `uploads`: their output and exit status."""

import sys

import httpx
from botocore.exceptions import BotoCoreError
from moorage_client.direct_client import DirectApiError, DirectClient, UnreachableError
from moorage_client.part_sender import SendError
from moorage_client.push import PushOptions, push
from moorage_client.push_journal import PushJournal, journal_directory
from moorage_client.uploads import list_uploads
from rich.console import Console

INTERRUPTED = 130


def run(options: PushOptions) -> int:
    """Push; the digest goes to stdout, everything else to stderr."""
    console = Console(stderr=True)
    try:
        with DirectClient(options.endpoint) as client:
            digest = push(options, client, PushJournal(journal_directory()), console)
    except KeyboardInterrupt:
        console.print("Interrupted. The same command resumes, and sends only what S3 lacks.")
        return INTERRUPTED
    except (DirectApiError, UnreachableError, SendError, httpx.HTTPError, BotoCoreError, OSError) as error:
        console.print(f"moorage: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    sys.stdout.write(f"{digest}\n")
    return 0


def run_uploads() -> None:
    """Print the table."""
    list_uploads(PushJournal(journal_directory()), Console())
