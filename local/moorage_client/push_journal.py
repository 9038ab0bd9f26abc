"""The journal of pushes from this machine: what a push needs to resume after an interruption."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One push of a file. The size and modification time show whether the file is still the one that was hashed."""

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
        self._place(push.endpoint, push.repository, push.file).unlink(missing_ok=True)

    def all(self) -> Iterator[Push]:
        """Every push that has started and is not known to have ended."""
        for place in sorted(self._directory.glob("*.json")):
            if push := self._read(place):
                yield push

    def _place(self, endpoint: str, repository: str, file: str) -> Path:
        name = hashlib.sha256("\n".join((endpoint, repository, file)).encode()).hexdigest()[:32]
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
    """The journal's directory (XDG base directory specification)."""
    state = environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "moorage" / "pushes"
