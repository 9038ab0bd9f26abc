"""An image for clients to push, built here from real files: an OCI image layout in a directory, and as an archive."""

import io
import json
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

TAG = "v1"
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"


@dataclass(frozen=True, slots=True)
class OciImage:
    """`directory` is the layout; `digest` is the manifest's, `layers` are the layers' digests."""

    directory: Path
    digest: str
    config: str
    layers: tuple[str, ...]

    def content(self, digest: str) -> bytes:
        """The bytes of its manifest, its config or a layer."""
        return (self.directory / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_bytes()

    def archive(self) -> Path:
        """The layout as a tar, for clients that import one."""
        file = self.directory.with_suffix(".tar")
        if not file.exists():
            with tarfile.open(file, "w") as archive:
                for path in sorted(self.directory.rglob("*")):
                    archive.add(path, path.relative_to(self.directory), recursive=False)
        return file


def build_image(directory: Path, layer_bytes: list[int], mark: str = "", base: OciImage | None = None) -> OciImage:
    """An image with the layers of `base` and one of about each size. `mark` makes these differ from those of others."""
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    files = _real_files()
    layers = [_store(blobs, base.content(digest)) for digest in base.layers] if base else []
    layers += [_store_layer(blobs, size, f"{mark}-{number}", files) for number, size in enumerate(layer_bytes)]
    config = _store(blobs, _json(_config_of([digest for digest, _ in layers])))
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _descriptor(_CONFIG, config),
        "layers": [_descriptor(_LAYER, layer) for layer in layers],
    }
    stored = _store(blobs, _json(manifest))
    named = {**_descriptor(_MANIFEST, stored), "annotations": {"org.opencontainers.image.ref.name": TAG}}
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [named]}
    (directory / "index.json").write_bytes(_json(index))
    (directory / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return OciImage(directory, stored[0], config[0], tuple(digest for digest, _ in layers))


def manifest_digest(layout: Path) -> str:
    """The digest of the one image in a layout that a client wrote."""
    return str(json.loads((layout / "index.json").read_bytes())["manifests"][0]["digest"])


def _real_files() -> Iterator[Path]:
    """The interpreter's own library, over and over: files of many sizes, as images have them."""
    files = sorted(path for path in Path(sys.base_prefix, "lib").rglob("*") if path.is_file() and not path.is_symlink())
    while True:
        yield from files


def _store_layer(blobs: Path, size_bytes: int, mark: str, files: Iterator[Path]) -> tuple[str, int]:
    part = blobs / "layer"
    with tarfile.open(part, "w") as layer:
        _add(layer, "mark", mark.encode())
        number = 0
        while layer.offset < size_bytes - 10_000:
            content = next(files).read_bytes()[: size_bytes - layer.offset]
            _add(layer, f"files/{number}", content)
            number += 1
    with part.open("rb") as stored:
        digest, length = _hash(stored)
    part.rename(blobs / digest.removeprefix("sha256:"))
    return digest, length


def _add(layer: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    layer.addfile(member, io.BytesIO(content))


def _hash(file: Any) -> tuple[str, int]:
    running, length = sha256(), 0
    while chunk := file.read(1 << 20):
        running.update(chunk)
        length += len(chunk)
    return f"sha256:{running.hexdigest()}", length


def _store(blobs: Path, content: bytes) -> tuple[str, int]:
    digest = sha256(content).hexdigest()
    (blobs / digest).write_bytes(content)
    return f"sha256:{digest}", len(content)


def _descriptor(media_type: str, stored: tuple[str, int]) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": stored[0], "size": stored[1]}


def _config_of(layers: list[str]) -> dict[str, Any]:
    return {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": layers}}


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
