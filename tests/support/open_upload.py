"""A client's upload by the OCI API that is continued after each start of the registry, chunk by chunk."""

import random
from dataclasses import dataclass

from urllib3.exceptions import HTTPError

from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.http import OciHttp

MAX_CHUNK_BYTES = 50_000


class NoAnswerError(Exception):
    """No answer came, or that of a registry that is failing."""


@dataclass
class OpenUpload:
    """`acknowledged` are the bytes that the registry has confirmed; `pending` is a chunk whose answer did not come."""

    repository: str
    random: random.Random
    acknowledged: bytes = b""
    pending: bytes = b""
    location: str = ""
    chunks: int = 0
    """How many were confirmed."""

    def send_chunk(self, url: str) -> None:
        """The next chunk. Raises: NoAnswerError."""
        if not self.location:
            self.location = self._ask(url, "POST", "blobs/uploads/", 202).location
        # After a kill, the same bytes again: their place may still be reserved, and others would have to wait.
        self.pending = self.pending or self.random.randbytes(self.random.randint(2, MAX_CHUNK_BYTES))
        first = len(self.acknowledged)
        chunk_range = f"{first}-{first + len(self.pending) - 1}"
        answer = self._ask(url, "PATCH", self.location, 202, self.pending, Content_Range=chunk_range)
        self._take(answer.location, self.acknowledged + self.pending)
        self.chunks += 1

    def complete(self, url: str) -> None:
        """Make a layer of the chunks. Raises: NoAnswerError."""
        self._ask(url, "PUT", f"{self.location}?digest={digest_of(self.acknowledged)}", 201)
        self.forget()

    def difference(self, url: str) -> str | None:
        """What is wrong with the upload, after a start of the registry. It continues where the registry says."""
        if not self.location:
            return None
        answer = OciHttp(url, self.repository).ask("GET", self.location)
        sent = [self.acknowledged, self.acknowledged + self.pending]
        found = [content for content in sent if answer.headers.get("range") == f"0-{max(len(content) - 1, 0)}"]
        if answer.status != 204 or not found:
            ranges = answer.headers.get("range")
            return f"{self.repository}: an upload of {len(self.acknowledged)} bytes is {answer.status} {ranges}"
        if found[0] == self.acknowledged:
            self.location = answer.location
        else:
            self._take(answer.location, found[0])
        return None

    def forget(self) -> None:
        """It has become a layer."""
        self._take("", b"")
        self.chunks = 0

    def _take(self, location: str, acknowledged: bytes) -> None:
        self.location, self.acknowledged, self.pending = location, acknowledged, b""

    def _ask(self, url: str, method: str, path: str, wanted: int, body: bytes = b"", **headers: str) -> Answer:
        try:
            answer = OciHttp(url, self.repository).ask(method, path, body, **headers)
        except HTTPError as error:
            raise NoAnswerError(f"{method} {path}") from error
        if answer.status >= 500 or answer.status == 429:
            raise NoAnswerError(f"{method} {path}: {answer.status}")
        assert answer.status == wanted, answer
        return answer
