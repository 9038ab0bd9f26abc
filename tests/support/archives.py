"""Image archives for tests: what `docker save` writes, and OCI layouts, as tar files or directories."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moorage.domain.images.manifest import OCI_INDEX, OCI_MANIFEST

from tests.support.layers import digest_of

OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
REF_NAME = "org.opencontainers.image.ref.name"
Files = dict[str, bytes]


def config_of(*layers: bytes, architecture: str = "amd64") -> bytes:
    """The config of an image with these uncompressed layers."""
    rootfs = {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]}
    return json.dumps({"architecture": architecture, "os": "linux", "rootfs": rootfs}).encode()


def docker_files(*images: tuple[list[str], list[bytes]]) -> Files:
    """The files of `docker save` before Docker 25, for images that are their names and layers."""
    files, listed = Files(), []
    for names, layers in images:
        config = config_of(*layers)
        config_name = f"{digest_of(config)[7:]}.json"
        layer_names = [f"{digest_of(layer + b'id')[7:]}/layer.tar" for layer in layers]
        files |= {config_name: config, **dict(zip(layer_names, layers, strict=True))}
        listed.append({"Config": config_name, "RepoTags": names or None, "Layers": layer_names})
    return files | {"manifest.json": json.dumps(listed).encode()}


class Layout:
    """The files of an OCI layout, and the entries of its index."""

    def __init__(self) -> None:
        self.files: Files = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}
        self.listed: list[dict[str, Any]] = []

    def add(self, content: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        """Store a blob; its descriptor."""
        self.files[f"blobs/sha256/{digest_of(content)[7:]}"] = content
        return {"mediaType": media_type, "size": len(content), "digest": digest_of(content), **more}

    def image(self, *layers: bytes, architecture: str = "amd64", **more: Any) -> dict[str, Any]:
        """Store an image; its descriptor."""
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": self.add(config_of(*layers, architecture=architecture), OCI_CONFIG),
            "layers": [self.add(layer, OCI_LAYER) for layer in layers],
        } | more
        platform = {"os": "linux", "architecture": architecture}
        return self.add(json.dumps(document, indent=2).encode(), OCI_MANIFEST, platform=platform)

    def index(self, *children: dict[str, Any]) -> dict[str, Any]:
        """Store an index; its descriptor."""
        document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children}
        return self.add(json.dumps(document, indent=2).encode(), OCI_INDEX)

    def list(self, descriptor: dict[str, Any], name: str | None = None) -> None:
        """Add it to the layout's index, with a name."""
        self.listed.append(descriptor | ({"annotations": {REF_NAME: name}} if name else {}))

    def all_files(self) -> Files:
        """Everything, with the layout's index."""
        return self.files | {"index.json": json.dumps({"schemaVersion": 2, "manifests": self.listed}).encode()}


def write_tar(path: Path, files: Files, links: Mapping[str, str] | None = None) -> Path:
    """A tar file of these files and symbolic links."""
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return path


def write_directory(path: Path, files: Files) -> Path:
    """A directory of these files."""
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def read_tar(path: Path) -> Files:
    """The files of a tar file."""
    with tarfile.open(path, "r:") as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isreg()}  # type: ignore[union-attr]
