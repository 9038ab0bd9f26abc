"""Sends a direct upload, completes it and watches its verification, which may run in another worker."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any

from moorage_client.direct_client import DirectClient
from moorage_client.part_sender import PartSender, SendError, UploadOverError

FIRST_POLL_SECONDS = 0.3
MAX_POLL_SECONDS = 3.0
"""Between two questions about the progress: at first soon, for small layers, then seldom, since each one is billed."""
STALLED_SECONDS = 10.0
"""After this time without progress, the completion is requested again: the worker may have died."""


def send_all(sender: PartSender, page: dict[str, Any], client: DirectClient) -> None:
    """Send every part that S3 lacks, if the upload still takes any.

    Raises: SendError, DirectApiError, UnreachableError.
    """
    try:
        sender.send_all(page)
    except UploadOverError as over:
        # Another process with this upload's id (a copied journal, say) has completed it; or it is gone.
        if client.status(page["uploadId"])["status"] not in ("verifying", "completed"):
            raise SendError("S3 no longer has the upload. Run the same command again.") from over


def verify(client: DirectClient, upload_id: str, verified: Callable[[int], None]) -> None:
    """Complete the upload; `verified` is called with the number of verified bytes.

    Raises: DirectApiError if the upload fails.
    """
    while True:
        pauses = _pauses()
        asked = _in_background(lambda: client.complete(upload_id))
        while not asked.done():
            if wait([asked], next(pauses)).done:
                break
            verified(client.status(upload_id)["bytesVerified"])
        if asked.result()["status"] == "completed" or not _is_verified_elsewhere(client, upload_id, verified):
            return


def _pauses() -> Iterator[float]:
    seconds = FIRST_POLL_SECONDS
    while True:
        yield seconds
        seconds = min(seconds * 1.5, MAX_POLL_SECONDS)


def _in_background(work: Callable[[], dict[str, Any]]) -> Future[dict[str, Any]]:
    """Run it in a daemon thread, so that Ctrl-C ends the program at once."""
    future: Future[dict[str, Any]] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised again by future.result()
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


def _is_verified_elsewhere(client: DirectClient, upload_id: str, verified: Callable[[int], None]) -> bool:
    """Watch the worker; True if the completion must be requested again, which also gives the reason of a failure."""
    seen, since, pauses = -1, time.monotonic(), _pauses()
    while time.monotonic() - since < STALLED_SECONDS:
        state = client.status(upload_id)
        verified(state["bytesVerified"])
        if state["status"] != "verifying":
            return bool(state["status"] != "completed")
        if state["bytesVerified"] != seen:
            seen, since = state["bytesVerified"], time.monotonic()
        time.sleep(next(pauses))
    return True
