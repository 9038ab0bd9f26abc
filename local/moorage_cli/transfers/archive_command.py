"""The commands `load` and `save`: their output and exit status."""

import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from botocore.exceptions import BotoCoreError
from moorage_client.direct_client import DirectApiError, DirectClient, UnreachableError
from moorage_client.endpoint import EndpointError
from moorage_client.http import ClientSetupError
from moorage_client.images.errors import ArchiveError, RegistryError
from moorage_client.images.load import LoadOptions, load
from moorage_client.images.save import SaveOptions, parse_reference, save
from moorage_client.part_sender import SendError
from moorage_client.text import printable

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def run_load(options: LoadOptions) -> int:
    """Load; digests and tags go to stdout, everything else to stderr. Returns the exit status."""

    def work() -> None:
        with DirectClient(options.endpoint, _say) as client:
            for image in load(options, client, _say):
                sys.stdout.write(" ".join([str(image.digest), *image.tags]) + "\n")

    return _status_of(work, f"{options.source} cannot be loaded", "Interrupted. The same command sends the rest.")


def run_save(images: list[str], output: Path, endpoint: str) -> int:
    """Save; digests go to stdout, everything else to stderr. Returns the exit status."""

    def work() -> None:
        references = tuple(parse_reference(text) for text in images)
        for digest in save(SaveOptions(references=references, output=output, endpoint=endpoint), _say):
            sys.stdout.write(f"{digest}\n")

    return _status_of(work, f"{output} is not written", "Interrupted. Nothing is written.")


def _status_of(work: Callable[[], None], subject: str, interrupted: str) -> int:
    try:
        work()
    except KeyboardInterrupt:
        _say(interrupted)
        return INTERRUPTED
    except (EndpointError, ClientSetupError) as error:
        return _fail(str(error), USAGE)
    except ArchiveError as error:
        return _fail(f"{subject}: {error}", USAGE)
    except (RegistryError, DirectApiError, UnreachableError, SendError) as error:
        return _fail(str(error), FAILED)
    except (httpx.HTTPError, BotoCoreError, OSError) as error:
        return _fail(str(error), FAILED)
    return 0


def _fail(message: str, status: int) -> int:
    _say(f"moorage: {message}")
    return status


def _say(sentence: str) -> None:
    sys.stderr.write(f"{printable(sentence)}\n")
