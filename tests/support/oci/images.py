"""Pushes of blobs and manifests over the OCI API, for tests of what comes after them."""

import json
from typing import Any

from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.registry import OciRegistry

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
EMPTY = b"{}"


def put_blob(oci: OciRegistry, repository: str, content: bytes = EMPTY) -> dict[str, Any]:
    """Push a blob; its descriptor."""
    assert oci.ask("PUT", f"{oci.start(repository)}?digest={digest_of(content)}", content).status == 201
    return {"mediaType": "application/octet-stream", "digest": digest_of(content), "size": len(content)}


def manifest_of(oci: OciRegistry, repository: str, mark: str = "", **members: Any) -> bytes:
    """A manifest whose blobs are there."""
    blob = put_blob(oci, repository)
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": blob, "layers": [blob]}
    return json.dumps({**document, "annotations": {"mark": mark}, **members}).encode()


def index_of(*children: bytes, **members: Any) -> bytes:
    """An index of manifests."""
    listed = [{"mediaType": MANIFEST, "digest": digest_of(child), "size": len(child)} for child in children]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed, **members}).encode()


def put(oci: OciRegistry, repository: str, reference: str, content: bytes, media_type: str = MANIFEST) -> Answer:
    """Push a manifest."""
    return oci.ask("PUT", f"/v2/{repository}/manifests/{reference}", content, Content_Type=media_type)
