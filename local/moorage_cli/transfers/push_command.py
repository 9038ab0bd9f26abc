"""The commands `push` and `uploads`: their output and exit status."""

import sys

import httpx
from botocore.exceptions import BotoCoreError
from moorage_client.direct_client import DirectApiError, DirectClient, UnreachableError
from moorage_client.endpoint import EndpointError
from moorage_client.http import ClientSetupError
from moorage_client.part_sender import SendError
from moorage_client.push import NotAFileError, Pushing, PushOptions, push
from moorage_client.push_journal import PushJournal, journal_directory
from moorage_client.text import printable
from moorage_client.uploads import print_json, print_table, unfinished_pushes
from rich.console import Console

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def run(options: PushOptions) -> int:
    """Push; the digest goes to stdout, everything else to stderr. Returns the exit status."""
    console = Console(stderr=True)

    def say(sentence: str, style: str | None = None) -> None:
        console.print(printable(sentence), style=style, markup=False, highlight=False, soft_wrap=True)

    def fail(message: str, status: int) -> int:
        say(f"moorage: {message}", "red")
        return status

    try:
        with DirectClient(options.endpoint, say) as client:
            journal = PushJournal(journal_directory())
            digest = push(options, Pushing(client=client, journal=journal, console=console, say=say, retrying=say))
    except KeyboardInterrupt:
        say("Interrupted. Run the same command again: it sends only the parts that S3 does not have.")
        return INTERRUPTED
    except (EndpointError, ClientSetupError) as error:
        return fail(str(error), USAGE)
    except NotAFileError as error:
        return fail(f"{options.file} cannot be pushed: {error}", USAGE)
    except (DirectApiError, UnreachableError, SendError, httpx.HTTPError, BotoCoreError, OSError) as error:
        return fail(str(error), FAILED)
    sys.stdout.write(f"{digest}\n")
    return 0


def run_uploads(*, as_json: bool) -> int:
    """Print the unfinished pushes; returns the exit status."""
    try:
        pushes = unfinished_pushes(PushJournal(journal_directory()))
        if as_json:
            print_json(pushes, sys.stdout)
        else:
            print_table(pushes, Console())
    except OSError as error:
        sys.stderr.write(f"moorage: {printable(str(error))}\n")
        return FAILED
    return 0
