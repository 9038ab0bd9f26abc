"""The completion of a direct upload, watched: asked for, followed while another worker verifies, asked for again."""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any

from moorage_client.direct_client import DirectClient

POLL_SECONDS = 0.3
STALLED_SECONDS = 10.0
"""A verification that makes no progress for so long is asked for again: whoever had it may be gone."""


def verify(client: DirectClient, upload_id: str, verified: Callable[[int], None]) -> None:
    """Have the upload completed, and tell on the way how many bytes are verified; DirectApiError if it fails."""
    while True:
        asked = _in_background(lambda: client.complete(upload_id))
        while not asked.done():
            wait([asked], POLL_SECONDS)
            verified(client.status(upload_id)["bytesVerified"])
        if asked.result()["status"] == "completed" or not _is_verified_elsewhere(client, upload_id, verified):
            return


def _in_background(work: Callable[[], dict[str, Any]]) -> Future[dict[str, Any]]:
    """Run it beside; after Ctrl-C nobody waits for its end."""
    future: Future[dict[str, Any]] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


def _is_verified_elsewhere(client: DirectClient, upload_id: str, verified: Callable[[int], None]) -> bool:
    """Watch the queue's worker; True where it has to be asked again (also to be told why it failed)."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < STALLED_SECONDS:
        state = client.status(upload_id)
        verified(state["bytesVerified"])
        if state["status"] != "verifying":
            return bool(state["status"] != "completed")
        if state["bytesVerified"] != seen:
            seen, since = state["bytesVerified"], time.monotonic()
        time.sleep(POLL_SECONDS)
    return True
