"""The parts of a file, sent in parallel straight to S3; what S3 has already is not sent again."""

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
"""What S3 answers when a URL's time is over."""

Part = dict[str, Any]
Sent = Callable[[int], None]
"""Told how many more bytes S3 has; fewer, where a part has to be sent again."""


class StoppedError(Exception):
    """The user wants no more of it."""


class SendError(Exception):
    """S3 does not take a part."""


class PartSender:
    """Sends one file."""

    def __init__(self, file: Path, sent: Sent, parallel: int) -> None:
        """`parallel`: parts on their way at a time."""
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
        """Send every part that S3 lacks, page by page; a page whose URLs have grown stale is fetched anew."""
        token, done = None, set[int]()
        while True:
            self._note_received(page["parts"], done)
            missing, before = [part for part in page["parts"] if part["partNumber"] not in done], len(done)
            is_whole = self._send(missing, done)
            if is_whole and "nextToken" not in page:
                return
            if not is_whole and len(done) == before:
                raise SendError("S3 refuses the URLs of the parts, fresh as they are")
            token = page["nextToken"] if is_whole else token
            page = client.parts(page["uploadId"], token)

    def _note_received(self, parts: list[Part], done: set[int]) -> None:
        for part in parts:
            if part["received"] and part["partNumber"] not in done:
                done.add(part["partNumber"])
                self._sent(_size_bytes(part))

    def _send(self, parts: list[Part], done: set[int]) -> bool:
        """Send these; False where some could not be sent any more to the URLs they have."""
        threads = ThreadPoolExecutor(self._parallel, thread_name_prefix="part")
        try:
            for part, was_sent in zip(parts, threads.map(self._put, parts), strict=True):
                if was_sent:
                    done.add(part["partNumber"])
        finally:
            self._stopped.set()  # after an interruption the others stop in the middle of their parts
            threads.shutdown(cancel_futures=True)
            self._stopped.clear()
        return all(part["partNumber"] in done for part in parts)

    def _put(self, part: Part) -> bool:
        """Whether S3 has the part now; False where its URL is stale, or the user has stopped us."""
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
    """What was told of one try, so that it can be taken back."""

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
