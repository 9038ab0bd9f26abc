"""A real image layer for the demo: the Python packages of this virtual environment, as a gzipped tar."""

import hashlib
import sysconfig
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ENOUGH_BYTES = 48 * 1024 * 1024
"""Gives five parts of 10 MiB, the last one shorter."""


@dataclass(frozen=True, slots=True)
class DemoLayer:
    """The layer on disk."""

    file: Path
    files: int
    size_bytes: int
    digest: str

    def pieces(self, size_bytes: int) -> Iterator[tuple[int, bytes]]:
        """The layer part by part: the offset of its first byte, and its bytes."""
        with self.file.open("rb") as content:
            while piece := content.read(size_bytes):
                yield content.tell() - len(piece), piece


def make_layer(file: Path, packed: Callable[[int], None]) -> DemoLayer:
    """Pack installed packages until there are enough bytes; `packed` gets their number after each file."""
    files = 0
    root = Path(sysconfig.get_paths()["purelib"])
    with file.open("wb") as output, tarfile.open(fileobj=output, mode="w:gz", compresslevel=1) as archive:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            archive.add(path, arcname=f"opt/python/{path.relative_to(root)}")
            files += 1
            packed(output.tell())
            if output.tell() >= ENOUGH_BYTES:
                break
    return layer_of(file, files)


def pack(file: Path, directory: Path, prefix: str) -> DemoLayer:
    """Pack a small folder whole."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    with tarfile.open(file, mode="w:gz") as archive:
        for path in paths:
            archive.add(path, arcname=f"{prefix}/{path.relative_to(directory)}")
    return layer_of(file, len(paths))


def layer_of(file: Path, files: int) -> DemoLayer:
    """Describe a layer that is on disk."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return DemoLayer(file, files, file.stat().st_size, f"sha256:{digest}")
