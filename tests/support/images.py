"""Manifests for tests: of layers that a registry was given, or of other manifests."""

import json
from collections.abc import Sequence
from typing import Any

from moorage.domain.images.manifest import DOCKER_MANIFEST, OCI_INDEX

from tests.support.layers import digest_of

CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def descriptor(content: bytes | str, media_type: str = LAYER_TYPE, **more: Any) -> dict[str, Any]:
    """A descriptor of this content."""
    return {"mediaType": media_type, "size": len(content), "digest": digest_of(content), **more}


def manifest(config: bytes, *layers: bytes, media_type: str = DOCKER_MANIFEST, **more: Any) -> str:
    """The manifest of an image."""
    document = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": descriptor(config, CONFIG_TYPE),
        "layers": [descriptor(layer) for layer in layers],
    }
    return json.dumps(document | more, indent=3)


def index(children: Sequence[str], media_type: str = OCI_INDEX, **more: Any) -> str:
    """The manifest of an index; the children are manifests."""
    listed = [descriptor(child, json.loads(child)["mediaType"]) for child in children]
    return json.dumps({"schemaVersion": 2, "mediaType": media_type, "manifests": listed} | more)
