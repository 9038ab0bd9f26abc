"""The journal of pushes from this machine: what a push needs to resume after an interruption."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One push of a file. The size and modification time show whether the file is still the one that was hashed.

    `file` is a path whose bytes that are not UTF-8 are surrogates (PEP 383).
    """

    endpoint: str
    repository: str
    file: str
    size_bytes: int
    changed_ns: int
    digest: str
    upload_id: str


class PushJournal:
    """One small file for each push, named by a hash of its source and destination."""

    def __init__(self, directory: Path) -> None:
        """The directory is created with the first entry."""
        self._directory = directory

    @contextmanager
    def held(self, endpoint: str, repository: str, file: Path, waiting: Callable[[], None]) -> Iterator[None]:
        """Keep other processes of this machine from pushing the same file to the same destination meanwhile.

        `waiting` is called if another one is pushing it now. Raises: OSError if the directory cannot be written.
        """
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self._place(endpoint, repository, str(file.resolve())).with_suffix(".lock")
        with place.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def find(self, endpoint: str, repository: str, file: Path) -> Push | None:
        """The push of this file to this destination, if the file has not changed since."""
        push = self._read(self._place(endpoint, repository, str(file.resolve())))
        return push if push and (push.size_bytes, push.changed_ns) == stamp(file) else None

    def note(self, push: Push) -> None:
        """Store the entry."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self._place(push.endpoint, push.repository, push.file)
        written = place.with_suffix(".new")
        written.write_text(json.dumps(asdict(push)))
        written.replace(place)

    def forget(self, push: Push) -> None:
        """Delete the entry."""
        with suppress(FileNotFoundError, NotADirectoryError):
            self._place(push.endpoint, push.repository, push.file).unlink()

    def all(self) -> Iterator[Push]:
        """Every push that has started and is not known to have ended."""
        for place in sorted(self._directory.glob("*.json")):
            if push := self._read(place):
                yield push

    def _place(self, endpoint: str, repository: str, file: str) -> Path:
        name = hashlib.sha256(os.fsencode("\n".join((endpoint, repository, file)))).hexdigest()[:32]
        return self._directory / f"{name}.json"

    def _read(self, place: Path) -> Push | None:
        try:
            return Push(**json.loads(place.read_text()))
        except (OSError, ValueError, TypeError):
            return None


def stamp(file: Path) -> tuple[int, int]:
    """Size and modification time."""
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def journal_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The journal's directory (XDG base directory specification). Raises: OSError if there is no home directory."""
    if state := environ.get("XDG_STATE_HOME"):
        return Path(state) / "moorage" / "pushes"
    try:
        home = Path.home()
    except RuntimeError as error:
        raise FileNotFoundError("there is no home directory for the journal: set HOME or XDG_STATE_HOME") from error
    return home / ".local" / "state" / "moorage" / "pushes"
