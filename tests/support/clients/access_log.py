"""What clients sent, read from the access log of a `moorage serve`."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r'"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/\S+" (?P<status>\d+) in=(?P<received>\d+)')

WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer's status."""

    method: str
    path: str
    status: int
    received_bytes: int


def access_log_of(state: Path) -> Path:
    """Where the server of these tests writes its log."""
    return state / "access.log"


class AccessLog:
    """The requests from one moment on."""

    def __init__(self, state: Path) -> None:
        self._file = access_log_of(state)
        self._start = self._file.stat().st_size if self._file.exists() else 0

    def exchanges(self) -> Iterator[Exchange]:
        """In the order in which they were answered."""
        with self._file.open() as log:
            log.seek(self._start)
            for line in log:
                if found := _LINE.search(line):
                    yield Exchange(found["method"], found["path"], int(found["status"]), int(found["received"]))

    def wait_for(self, method: str, path: str) -> Exchange:
        """The first exchange of this kind; its line is written after the client has its answer."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            for each in self.exchanges():
                if (each.method, each.path) == (method, path):
                    return each
            time.sleep(0.01)
        raise AssertionError(f"no {method} {path} in {[*self.exchanges()]}")

    def blob_bytes(self, repository: str) -> int:
        """Bytes of blobs that were sent to a repository."""
        uploads = f"/v2/{repository}/blobs/uploads/"
        return sum(each.received_bytes for each in self.exchanges() if each.path.startswith(uploads))

    def ecr_api_bytes(self) -> int:
        """Bytes that requests of the ECR API have sent. The last request's may be missing: see `wait_for`."""
        return sum(each.received_bytes for each in self.exchanges() if (each.method, each.path) == ("POST", "/"))
