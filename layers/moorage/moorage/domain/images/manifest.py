"""Image manifests: what each of the known media types names, read from the manifest's own bytes.

    media type                                                   names
    application/vnd.docker.distribution.manifest.v2+json         config, layers
    application/vnd.oci.image.manifest.v1+json                   config, layers; subject
    application/vnd.oci.artifact.manifest.v1+json                blobs; subject
    application/vnd.docker.distribution.manifest.list.v2+json    other manifests
    application/vnd.oci.image.index.v1+json                      other manifests; subject

Sources: Docker "Image Manifest Version 2, Schema 2"; OCI image specification 1.1, and 1.1.0-rc2 for artifacts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moorage.domain.digest import Digest
from moorage.domain.errors import LimitExceededError
from moorage.domain.images._manifest_members import Refuse, descriptors_in, digest_in, media_type_in

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json"
MEDIA_TYPES = (DOCKER_MANIFEST, DOCKER_LIST, OCI_MANIFEST, OCI_INDEX, OCI_ARTIFACT)
INDEXES = frozenset({DOCKER_LIST, OCI_INDEX})

MAX_MANIFEST_BYTES = 4 * 1024 * 1024
"""`max` of ImageManifest in the ECR API model; the OCI specification asks registries for at least as much."""
MAX_NAMED = 1000
"""Maximum number of layers and manifests in one manifest. Our own limit: twice the largest known image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contents of a manifest. `layers` are config and layers in order, without those that are kept elsewhere.

    `artifact_type` is the artifact's own, or else its config's media type.
    """

    media_type: str
    layers: tuple[Digest, ...] = ()
    children: tuple[Digest, ...] = ()
    subject: Digest | None = None
    artifact_type: str | None = None


def parse_manifest(content: bytes, media_type: str | None = None, *, member: str = "imageManifest") -> Manifest:
    """Read a manifest; `media_type` is the one in the request, and `member` the name of the manifest in error messages.

    Raises: InvalidParameterError, which names the part that is wrong; LimitExceededError.
    """
    refuse = Refuse(member)
    if len(content) > MAX_MANIFEST_BYTES:
        raise refuse("", f"must have at most {MAX_MANIFEST_BYTES} bytes, and has {len(content)}")
    document = _document(content, refuse)
    kind = _media_type(document, media_type, refuse)
    if kind != OCI_ARTIFACT and document.get("schemaVersion") != 2:
        raise refuse("schemaVersion", "must be 2")
    manifest = _read(document, kind, refuse)
    if len(manifest.layers) + len(manifest.children) > MAX_NAMED:
        raise LimitExceededError(f"An image manifest can name at most {MAX_NAMED} layers and manifests")
    return manifest


def annotations_of(content: bytes) -> dict[str, str]:
    """The annotations of a manifest that was read before; those that are not strings are left out."""
    found = json.loads(content).get("annotations")
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}


def _document(content: bytes, refuse: Refuse) -> Mapping[str, Any]:
    try:
        document = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise refuse("", "must be JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise refuse("", "must be a JSON object")
    return document


def _media_type(document: Mapping[str, Any], given: str | None, refuse: Refuse) -> str:
    own = media_type_in(document, "mediaType", refuse)
    if given and own and own != given:
        raise refuse("mediaType", f"must be '{given}', the media type that was given with it")
    # OCI manifests may leave their media type out; then their members show what they are.
    guessed = OCI_INDEX if "manifests" in document else OCI_MANIFEST
    kind = given or own or guessed
    if kind not in MEDIA_TYPES:
        raise refuse("mediaType", f"must be one of [{', '.join(MEDIA_TYPES)}]")
    return kind


def _read(document: Mapping[str, Any], kind: str, refuse: Refuse) -> Manifest:
    subject = digest_in(document["subject"], "subject", refuse) if document.get("subject") is not None else None
    artifact_type = media_type_in(document, "artifactType", refuse)
    if kind in INDEXES:
        children = descriptors_in(document, "manifests", refuse)
        return Manifest(media_type=kind, children=children, subject=subject, artifact_type=artifact_type)
    if kind == OCI_ARTIFACT:
        blobs = descriptors_in(document, "blobs", refuse) if "blobs" in document else ()
        return Manifest(media_type=kind, layers=blobs, subject=subject, artifact_type=artifact_type)
    config = document.get("config")
    if not isinstance(config, dict):
        raise refuse("config", "must be an object")
    named = (digest_in(config, "config", refuse), *descriptors_in(document, "layers", refuse))
    return Manifest(
        media_type=kind,
        layers=tuple(dict.fromkeys(named)),
        subject=subject,
        artifact_type=artifact_type or media_type_in(config, "mediaType", refuse, "config."),
    )
