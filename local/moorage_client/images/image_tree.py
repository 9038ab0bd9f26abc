"""An image in an archive: its manifest, and what that names."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moorage.domain.digest import Digest
from moorage.domain.errors import MoorageError
from moorage.domain.images.manifest import INDEXES, MAX_MANIFEST_BYTES, parse_manifest

from moorage_client.images.archive import Archive, ArchiveFile
from moorage_client.images.errors import ArchiveError

MAX_DEPTH = 4
"""Indexes within indexes."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a manifest says about a blob or another manifest.

    `platform` is `os/architecture` or `os/architecture/variant`. `is_kept_elsewhere`: under `urls`, not in registries.
    """

    digest: Digest
    size_bytes: int
    media_type: str
    platform: str | None = None
    annotations: Mapping[str, Any] | None = None
    is_kept_elsewhere: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Descriptor":
        """The descriptor of a manifest that was parsed before."""
        platform, annotations = document.get("platform"), document.get("annotations")
        return cls(
            digest=Digest.of(document["digest"]),
            size_bytes=document["size"],
            media_type=str(document.get("mediaType") or ""),
            platform=_platform(platform) if isinstance(platform, dict) else None,
            annotations=annotations if isinstance(annotations, dict) else None,
            is_kept_elsewhere=bool(document.get("urls")),
        )


@dataclass(frozen=True, slots=True)
class ReadManifest:
    """A manifest's bytes, and the descriptors in it."""

    content: bytes
    media_type: str
    digest: Digest
    blobs: tuple[Descriptor, ...] = ()
    children: tuple[Descriptor, ...] = ()

    @property
    def descriptor(self) -> Descriptor:
        """The manifest's own."""
        return Descriptor(self.digest, len(self.content), self.media_type)


@dataclass(frozen=True, slots=True)
class Blob:
    """A config or a layer, and where it is."""

    digest: Digest
    media_type: str
    content: ArchiveFile

    def require_digest(self) -> None:
        """Hash the content. Raises: ArchiveError if it is not what the manifest names."""
        running = hashlib.new(self.digest.algorithm)
        for block in self.content.blocks():
            running.update(block)
        if running.hexdigest() != self.digest.hex:
            found = f"{self.digest.algorithm}:{running.hexdigest()}"
            raise ArchiveError(f"the content of the blob {self.digest} has the digest {found}")


@dataclass(frozen=True, slots=True)
class ImageTree:
    """A manifest with everything that it names."""

    content: bytes
    media_type: str
    digest: Digest
    blobs: tuple[Blob, ...] = ()
    children: tuple["ImageTree", ...] = ()

    def all_blobs(self) -> Iterator[Blob]:
        """Its own, and those of its children."""
        yield from self.blobs
        for child in self.children:
            yield from child.all_blobs()


@dataclass(frozen=True, slots=True)
class ArchivedImage:
    """An image of an archive and its tags. `name` is what messages call it."""

    name: str
    tree: ImageTree
    tags: tuple[str, ...] = ()


def read_manifest(content: bytes, media_type: str | None, digest: Digest, about: str = "") -> ReadManifest:
    """Read a manifest; `about` is its name in messages, by default its digest. Raises: ArchiveError."""
    try:
        parsed = parse_manifest(content, media_type or None, member=about or str(digest))
    except MoorageError as error:
        raise ArchiveError(str(error)) from error
    document = json.loads(content)
    if parsed.media_type in INDEXES:
        children = tuple(Descriptor.of(each) for each in document["manifests"])
        return ReadManifest(content, parsed.media_type, digest, children=children)
    named = [document["config"]] if "config" in document else []
    named += document.get("layers") or document.get("blobs") or []
    return ReadManifest(content, parsed.media_type, digest, blobs=tuple(Descriptor.of(each) for each in named))


def read_small(archive: Archive, name: str, max_bytes: int = MAX_MANIFEST_BYTES) -> bytes:
    """A whole file that has to be small. Raises: ArchiveError."""
    return small_content(require_file(archive, name), name, max_bytes)


def small_content(found: ArchiveFile, name: str, max_bytes: int = MAX_MANIFEST_BYTES) -> bytes:
    """The content of a file that has to be small. Raises: ArchiveError."""
    if found.size_bytes > max_bytes:
        raise ArchiveError(f"{name} has {found.size_bytes} bytes, and at most {max_bytes} are read")
    return b"".join(found.blocks())


def require_file(archive: Archive, name: str) -> ArchiveFile:
    """Raises: ArchiveError if the archive does not have it."""
    found = archive.find(name)
    if found is None:
        hint = ": it is truncated" if archive.is_truncated else ""
        raise ArchiveError(f"it lacks {name}{hint}")
    return found


def _platform(document: Mapping[str, Any]) -> str:
    parts = (document.get("os"), document.get("architecture"), document.get("variant"))
    return "/".join(str(part) for part in parts if part)
