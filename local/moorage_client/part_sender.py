"""Sends the parts of a file to S3 in parallel, except those that S3 already has."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from moorage_client.direct_client import DirectClient

PIECE_BYTES = 1024 * 1024
TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
TIMEOUT = httpx.Timeout(60.0, connect=5.0)
STALE = "status 403"
"""S3's answer to an expired URL."""

Part = dict[str, Any]
Sent = Callable[[int], None]
"""Called with the number of bytes just sent; a negative number if a part must be sent again."""


class StoppedError(Exception):
    """The user has interrupted the push."""


class SendError(Exception):
    """S3 refuses a part."""


class PartSender:
    """Sends one file."""

    def __init__(self, file: Path, sent: Sent, parallel: int) -> None:
        """`parallel` is the number of parts that are sent at the same time."""
        self._file = os.open(file, os.O_RDONLY)
        self._sent = sent
        self._parallel = parallel
        self._http = httpx.Client(timeout=TIMEOUT, limits=httpx.Limits(max_connections=parallel))
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        os.close(self._file)

    def send_all(self, client: DirectClient, page: dict[str, Any]) -> None:
        """Send every part that S3 lacks, page by page. A page with expired URLs is fetched again."""
        token, done = None, set[int]()
        while True:
            self._note_received(page["parts"], done)
            missing, before = [part for part in page["parts"] if part["partNumber"] not in done], len(done)
            is_whole = self._send(missing, done)
            if is_whole and "nextToken" not in page:
                return
            if not is_whole and len(done) == before:
                raise SendError("S3 refuses new URLs of the parts")
            token = page["nextToken"] if is_whole else token
            page = client.parts(page["uploadId"], token)

    def _note_received(self, parts: list[Part], done: set[int]) -> None:
        for part in parts:
            if part["received"] and part["partNumber"] not in done:
                done.add(part["partNumber"])
                self._sent(_size_bytes(part))

    def _send(self, parts: list[Part], done: set[int]) -> bool:
        """Send these parts; False if a URL has expired."""
        threads = ThreadPoolExecutor(self._parallel, thread_name_prefix="part")
        try:
            for part, was_sent in zip(parts, threads.map(self._put, parts), strict=True):
                if was_sent:
                    done.add(part["partNumber"])
        finally:
            self._stopped.set()  # after an interruption, the other threads stop in the middle of their parts
            threads.shutdown(cancel_futures=True)
            self._stopped.clear()
        return all(part["partNumber"] in done for part in parts)

    def _put(self, part: Part) -> bool:
        """Send one part. False if its URL has expired or the user has interrupted the push."""
        for attempt in range(TRIES):
            told = _Told(self._sent)
            try:
                answered = self._try_to_put(part, told)
                if answered.is_success:
                    return True
                reason = f"status {answered.status_code}"
            except StoppedError:
                return False
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
            told.take_back()
            if reason == STALE:
                return False
            if attempt < TRIES - 1:
                time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        raise SendError(f"part {part['partNumber']} could not be sent: {reason}")

    def _try_to_put(self, part: Part, told: "_Told") -> httpx.Response:
        headers = {"Content-Length": str(_size_bytes(part))}
        return self._http.put(part["url"], content=self._pieces(part, told), headers=headers)

    def _pieces(self, part: Part, told: "_Told") -> Iterator[bytes]:
        place, end = part["firstByte"], part["lastByte"] + 1
        while place < end:
            if self._stopped.is_set():
                raise StoppedError
            piece = os.pread(self._file, min(PIECE_BYTES, end - place), place)
            if not piece:
                raise SendError("the file has become shorter")
            yield piece
            place += len(piece)
            told.add(len(piece))


class _Told:
    """The progress reported for one attempt, so that it can be undone."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self._bytes = 0

    def add(self, count: int) -> None:
        self._bytes += count
        self._sent(count)

    def take_back(self) -> None:
        self._sent(-self._bytes)
        self._bytes = 0


def _size_bytes(part: Part) -> int:
    return int(part["lastByte"]) - int(part["firstByte"]) + 1
