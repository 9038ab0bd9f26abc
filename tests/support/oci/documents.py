"""Manifests as the OCI image specification writes them, of descriptors that the caller has."""

import json
from typing import Any

from tests.support.layers import digest_of

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"


def image_document(config: dict[str, Any], *layers: dict[str, Any], **members: Any) -> bytes:
    """An image manifest."""
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": list(layers)}
    return json.dumps(document | members).encode()


def index_document(*children: dict[str, Any], **members: Any) -> bytes:
    """An image index."""
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": list(children)} | members).encode()


def descriptor_of(content: bytes, media_type: str = MANIFEST, **members: Any) -> dict[str, Any]:
    """The descriptor of a manifest."""
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content), **members}
