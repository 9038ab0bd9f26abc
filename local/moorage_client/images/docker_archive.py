"""Reads what `docker save` wrote before Docker 25, and skopeo's `docker-archive:`.

`manifest.json` lists configs and layers. The archive has no manifests: this module makes them. They name the layers as
they are: an uncompressed layer has the media type of uncompressed layers. The same archive always gives the same
digests.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from moorage.domain.digest import Digest
from moorage.domain.images.image import digest_of
from moorage.domain.images.manifest import DOCKER_MANIFEST

from moorage_client.images.archive import COMPRESSIONS, Archive, ArchiveFile
from moorage_client.images.errors import ArchiveError
from moorage_client.images.image_tree import ArchivedImage, Blob, ImageTree, read_small, require_file
from moorage_client.images.oci_layout import tag_of

LIST = "manifest.json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar"
_HEX = re.compile(r"[0-9a-f]{64}")


def docker_images(archive: Archive) -> list[ArchivedImage]:
    """The images that `manifest.json` lists. Raises: ArchiveError."""
    listed = _json(read_small(archive, LIST), LIST)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ArchiveError(f"{LIST} is not a list of images")
    return [_image(archive, each) for each in listed]


def _image(archive: Archive, document: Mapping[str, Any]) -> ArchivedImage:
    names, layer_names = _texts(document, "RepoTags"), _texts(document, "Layers")
    (config_name,) = _texts({"Config": [document.get("Config")]}, "Config")
    content = read_small(archive, config_name)
    config = Blob(digest_of(content), CONFIG_TYPE, require_file(archive, config_name))
    named = posixpath.basename(config_name).removesuffix(".json")
    if _HEX.fullmatch(named) and named != config.digest.hex:
        raise ArchiveError(f"the content of the config {config_name} has the digest {config.digest}")
    layers = _layers(archive, layer_names, _diff_ids(content, config_name), config_name)
    manifest = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST,
        "config": _descriptor(config),
        "layers": [_descriptor(layer) for layer in layers],
    }
    made = json.dumps(manifest, separators=(",", ":")).encode()
    tree = ImageTree(made, DOCKER_MANIFEST, digest_of(made), (config, *layers))
    tags = tuple(tag for name in names if (tag := tag_of(name)))
    return ArchivedImage(names[0] if names else str(tree.digest), tree, tags)


def _layers(archive: Archive, names: list[str], diff_ids: list[Any], config_name: str) -> list[Blob]:
    if len(names) != len(diff_ids):
        counts = f"{LIST} lists {len(names)} layers, and the config {config_name} lists {len(diff_ids)}"
        raise ArchiveError(counts)
    layers = []
    for name, diff_id in zip(names, diff_ids, strict=True):
        layer = _layer(require_file(archive, name))
        if layer.media_type == LAYER_TYPE and str(layer.digest) != diff_id:
            raise ArchiveError(f"the layer {name} has the digest {layer.digest}, and its config names {diff_id}")
        layers.append(layer)
    return layers


def _layer(content: ArchiveFile) -> Blob:
    running = hashlib.sha256()
    for block in content.blocks():
        running.update(block)
    start = content.start(8)
    compression = next((f".{name}" for magic, name in COMPRESSIONS.items() if start.startswith(magic)), "")
    return Blob(Digest.of_hash(running.digest()), LAYER_TYPE + compression, content)


def _diff_ids(content: bytes, name: str) -> list[Any]:
    """The digests of the uncompressed layers."""
    config = _json(content, name)
    rootfs = config.get("rootfs") if isinstance(config, dict) else None
    diff_ids = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    if not isinstance(diff_ids, list | None):
        raise ArchiveError(f"rootfs.diff_ids in the config {name} is not a list")
    return diff_ids or []


def _descriptor(blob: Blob) -> dict[str, Any]:
    return {"mediaType": blob.media_type, "size": blob.content.size_bytes, "digest": str(blob.digest)}


def _texts(document: Mapping[str, Any], member: str) -> list[str]:
    found = document.get(member) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ArchiveError(f"{member} of {LIST} is not text")
    return found


def _json(content: bytes, name: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"{name} is not JSON") from error
