"""Checks that the repository has what a manifest names, and creates the image of the manifest."""

from moorage.domain.digest import Digest
from moorage.domain.errors import LayersNotFoundError, ReferencedImagesNotFoundError
from moorage.domain.images.image import MAX_INLINE_BYTES, Image, PendingManifest
from moorage.domain.images.manifest import Manifest
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import Lookup


def require_named(manifest: Manifest, found: Lookup, repository: RepositoryId, ports: Ports) -> None:
    """Require that everything named was found, and clear removal marks.

    A layer whose content has no record, or is known to be lost, counts as missing. The client pushes it again, which
    restores it.

    Raises: LayersNotFoundError, ReferencedImagesNotFoundError.
    """
    missing = [
        str(layer)
        for layer in manifest.layers
        if layer not in found.layers
        or layer in found.lost
        or (layer in found.marked and not ports.images.keep_layer(repository, layer))
    ]
    if missing:
        raise LayersNotFoundError(repository, missing, for_image=True)
    missing = [str(child) for child in manifest.children if not _is_kept(found.images.get(child), ports)]
    if missing:
        raise ReferencedImagesNotFoundError(repository, missing)


def build_image(content: bytes, manifest: Manifest, found: Lookup, digest: Digest, push_id: str, ports: Ports) -> Image:
    """The image of a manifest. What it names was found."""
    assert found.repository is not None  # noqa: S101 - for the type checker: the caller has looked
    repository = found.repository.id
    is_inline = len(content) <= MAX_INLINE_BYTES
    layers_bytes = sum(found.layers[layer].size_bytes for layer in manifest.layers)
    max_child_bytes = max((found.images[child].size_bytes for child in manifest.children), default=0)
    return Image(
        repository=repository,
        digest=digest,
        push_id=push_id,
        media_type=manifest.media_type,
        artifact_type=manifest.artifact_type,
        manifest_bytes=len(content),
        size_bytes=layers_bytes + max_child_bytes,
        pushed_at=ports.now(),
        layers=manifest.layers,
        children=manifest.children,
        subject=manifest.subject,
        content=content if is_inline else None,
        object_key=None if is_inline else ports.manifests.manifest_key(repository.registry_id, push_id),
    )


def pending_manifest(image: Image, ports: Ports) -> PendingManifest | None:
    """The record that must be written before a large manifest is stored; None for a small one."""
    if image.object_key is None:
        return None
    return PendingManifest(
        repository=image.repository,
        digest=image.digest,
        push_id=image.push_id,
        object_key=image.object_key,
        expires_at=int(ports.now()) + ports.limits.upload_lifetime_seconds,
    )


def _is_kept(child: Image | None, ports: Ports) -> bool:
    return child is not None and (child.deleting_at is None or ports.images.keep_image(child))
