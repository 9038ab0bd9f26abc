"""Writes a tar file that is an OCI image layout and an archive of `docker save` at once.

The same images always give the same bytes: entries have no time and no owner, and their order is that of the manifests.
"""

import json
import tarfile
from collections.abc import Iterable
from typing import Any, BinaryIO

from moorage.domain.images.manifest import OCI_INDEX

from moorage_client.images.docker_archive import LIST
from moorage_client.images.errors import RegistryError
from moorage_client.images.image_tree import Descriptor, ReadManifest
from moorage_client.images.oci_layout import IMAGE_NAME, INDEX, LAYOUT, REF_NAME, blob_name

FILE_MODE = 0o644


class LayoutWriter:
    """Blobs first, each once; `write_lists` ends the archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._written = set[str]()
        self._listed: list[dict[str, Any]] = []
        self._docker: list[dict[str, Any]] = []
        self._add(LAYOUT, _json({"imageLayoutVersion": "1.0.0"}))

    def has(self, descriptor: Descriptor) -> bool:
        """Whether this blob was written."""
        return blob_name(descriptor) in self._written

    def add_blob(self, descriptor: Descriptor, content: Iterable[bytes]) -> None:
        """Write a blob whose content has the size that the descriptor says."""
        name, written = blob_name(descriptor), 0
        self._written.add(name)
        self._file.write(_header(name, descriptor.size_bytes))
        for block in content:
            self._file.write(block)
            written += len(block)
        if written != descriptor.size_bytes:
            raise RegistryError(f"{descriptor.digest} has {written} bytes instead of {descriptor.size_bytes}")
        self._pad(written)

    def list_image(self, manifest: ReadManifest, name: str, tag: str | None, shown: ReadManifest | None) -> None:
        """List an image under its name and tag. `shown` is what tools see that know only `manifest.json`."""
        listed = {"mediaType": manifest.media_type, "digest": str(manifest.digest), "size": len(manifest.content)}
        if tag:
            full = name if "/" in name else f"library/{name}"
            listed["annotations"] = {IMAGE_NAME: f"docker.io/{full}:{tag}", REF_NAME: tag}
        self._listed.append(listed)
        if shown is not None:
            config, *layers = (blob_name(each) for each in shown.blobs)
            self._docker.append({"Config": config, "RepoTags": [f"{name}:{tag}"] if tag else None, "Layers": layers})

    def write_lists(self) -> None:
        """Write the lists and the end of the archive."""
        self._add(INDEX, _json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": self._listed}))
        if self._docker:
            self._add(LIST, _json(self._docker))
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))

    def _add(self, name: str, content: bytes) -> None:
        self._file.write(_header(name, len(content)) + content)
        self._pad(len(content))

    def _pad(self, size_bytes: int) -> None:
        self._file.write(bytes(-size_bytes % tarfile.BLOCKSIZE))


def _header(name: str, size_bytes: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size_bytes, FILE_MODE
    return entry.tobuf(tarfile.PAX_FORMAT)


def _json(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
