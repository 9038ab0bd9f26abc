"""The files of an image archive, by name: of a tar file, or of a directory. Nothing is extracted."""

import posixpath
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from moorage_client.images.errors import ArchiveError

BLOCK_BYTES = 1024 * 1024
MAX_ENTRIES = 20_000
"""Maximum number of entries of a tar file, whose names are kept in memory: an image has a few hundred."""
MAX_LINKS = 8
COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
"""The first bytes of compressed files."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file of an archive: these bytes of a file on disk."""

    file: Path
    first_byte: int
    size_bytes: int

    def blocks(self) -> Iterator[bytes]:
        """The content, block by block. Raises: ArchiveError if the file on disk became shorter."""
        with self.file.open("rb") as content:
            content.seek(self.first_byte)
            left = self.size_bytes
            while left:
                block = content.read(min(BLOCK_BYTES, left))
                if not block:
                    raise ArchiveError(f"{self.file} has become shorter")
                left -= len(block)
                yield block

    def start(self, size_bytes: int) -> bytes:
        """The first bytes, at most so many."""
        with self.file.open("rb") as content:
            content.seek(self.first_byte)
            return content.read(min(size_bytes, self.size_bytes))


class Archive(Protocol):
    """Finds the files of an archive."""

    def find(self, name: str) -> ArchiveFile | None:
        """The file with this name; None if there is none. Raises: ArchiveError for a name outside of the archive."""

    @property
    def is_truncated(self) -> bool:
        """Whether its end is missing, so that files may be missing too."""


def open_archive(path: Path) -> Archive:
    """The archive at a path. Raises: ArchiveError, OSError."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        return _Directory(path)
    if not stat.S_ISREG(found.st_mode):
        raise ArchiveError("it is a pipe or a device, which can be read only once: write it to a file first")
    return _TarFile(path)


class _Directory:
    is_truncated = False

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def find(self, name: str) -> ArchiveFile | None:
        path = (self._root / _inside(name)).resolve()
        if not path.is_relative_to(self._root):
            raise ArchiveError(f"the entry {name!r} leads outside of the archive")
        return ArchiveFile(path, 0, path.stat().st_size) if path.is_file() else None


class _TarFile:
    def __init__(self, path: Path) -> None:
        _refuse_compressed(path)
        self._files: dict[str, ArchiveFile] = {}
        self._links: dict[str, str] = {}
        try:
            with tarfile.open(path, "r:") as tar:
                for number, entry in enumerate(tar):
                    if number == MAX_ENTRIES:
                        raise ArchiveError(f"it has more than {MAX_ENTRIES} entries")
                    self._add(path, entry)
                end = tar.offset
        except (tarfile.TarError, ValueError, EOFError, OverflowError) as error:
            raise ArchiveError(f"it is not a whole tar file: {error or type(error).__name__}") from error
        with path.open("rb") as content:
            content.seek(end)
            self.is_truncated = not content.read(tarfile.BLOCKSIZE)

    def find(self, name: str) -> ArchiveFile | None:
        place = _inside(name)
        for _ in range(MAX_LINKS):
            if place not in self._links:
                return self._files.get(place)
            place = self._links[place]
        raise ArchiveError(f"the entry {name!r} is a link that leads to no file")

    def _add(self, path: Path, entry: tarfile.TarInfo) -> None:
        name = _inside(entry.name)
        self._files.pop(name, None)  # of two entries with one name, the later one counts, as in tar
        self._links.pop(name, None)
        if entry.issym():
            self._links[name] = _inside(posixpath.join(posixpath.dirname(name), entry.linkname), entry.name)
        elif entry.islnk():
            self._links[name] = _inside(entry.linkname, entry.name)
        elif entry.isreg() and not entry.issparse():
            self._files[name] = ArchiveFile(path, entry.offset_data, entry.size)
        elif not entry.isdir():
            raise ArchiveError(f"the entry {entry.name!r} is a device, a pipe or a sparse file")


def _inside(name: str, entry: str | None = None) -> str:
    """The name in its shortest form. Raises: ArchiveError, which names the entry, for one outside of the archive."""
    short = posixpath.normpath(name)
    if not name or "\0" in name or short.startswith("/") or short.split("/")[0] == "..":
        raise ArchiveError(f"the entry {entry or name!r} leads outside of the archive")
    return short


def _refuse_compressed(path: Path) -> None:
    with path.open("rb") as content:
        start = content.read(8)
    for magic, name in COMPRESSIONS.items():
        if start.startswith(magic):
            raise ArchiveError(f"it is compressed with {name}: decompress it first")
