"""Reads an OCI image layout: `oci-layout`, `index.json`, and each blob under its digest.

Source: OCI image specification 1.1, "Image Layout Specification". `docker save` writes it since Docker 25.
"""

from moorage.domain.images.image import digest_of, is_tag
from moorage.domain.images.manifest import OCI_INDEX

from moorage_client.images.archive import Archive
from moorage_client.images.errors import ArchiveError
from moorage_client.images.image_tree import (
    MAX_DEPTH,
    ArchivedImage,
    Blob,
    Descriptor,
    ImageTree,
    read_manifest,
    read_small,
    require_file,
    small_content,
)

LAYOUT, INDEX = "oci-layout", "index.json"
REF_NAME, IMAGE_NAME = "org.opencontainers.image.ref.name", "io.containerd.image.name"
"""Annotations of the index: a tag or a name with a tag, and the full name that containerd and Docker write."""


def blob_name(descriptor: Descriptor | Blob | ImageTree) -> str:
    """The name of a blob's file."""
    return f"blobs/{descriptor.digest.algorithm}/{descriptor.digest.hex}"


def layout_images(archive: Archive, platform: str | None) -> list[ArchivedImage]:
    """The images that the index lists, of one platform if there is one. Raises: ArchiveError."""
    content = read_small(archive, INDEX)
    index = read_manifest(content, OCI_INDEX, digest_of(content), INDEX)
    return [_image(archive, each, platform) for each in index.children]


def _image(archive: Archive, descriptor: Descriptor, platform: str | None) -> ArchivedImage:
    annotations = descriptor.annotations or {}
    name = str(annotations.get(IMAGE_NAME) or annotations.get(REF_NAME) or "")
    tag = tag_of(name)
    tree = _tree(archive, descriptor, platform, 0)
    return ArchivedImage(name or str(descriptor.digest), tree, (tag,) if tag else ())


def tag_of(name: str) -> str | None:
    """The tag of `harbour/anchor:v1`, or of `v1` alone; None if the name has none. Raises: ArchiveError."""
    last = name.rpartition("/")[2].partition("@")[0]
    _, colon, tag = last.rpartition(":")
    if not colon and "/" in name:
        return None
    if tag and not is_tag(tag):
        raise ArchiveError(f"the image {name!r} has no valid tag: give one with --tag")
    return tag or None


def _tree(archive: Archive, descriptor: Descriptor, platform: str | None, depth: int) -> ImageTree:
    if depth == MAX_DEPTH:
        raise ArchiveError(f"its indexes name each other more than {MAX_DEPTH} levels deep")
    content = small_content(require_file(archive, blob_name(descriptor)), blob_name(descriptor))
    digest = digest_of(content, descriptor.digest.algorithm)
    if digest != descriptor.digest:
        raise ArchiveError(f"the content of the manifest {descriptor.digest} has the digest {digest}")
    manifest = read_manifest(content, descriptor.media_type, digest)
    if platform and manifest.children:
        return _tree(archive, _of_platform(manifest.children, platform, digest), platform, depth + 1)
    children = tuple(_child(archive, each, depth) for each in manifest.children)
    blobs = tuple(_blob(archive, each) for each in manifest.blobs if not each.is_kept_elsewhere)
    return ImageTree(content, manifest.media_type, digest, blobs, children)


def _child(archive: Archive, descriptor: Descriptor, depth: int) -> ImageTree:
    if archive.find(blob_name(descriptor)) is None and not archive.is_truncated:
        of = f" of {descriptor.platform}" if descriptor.platform else ""
        raise ArchiveError(f"it lacks the manifest {descriptor.digest}{of}: --platform loads another platform alone")
    return _tree(archive, descriptor, None, depth + 1)


def _of_platform(children: tuple[Descriptor, ...], platform: str, index: object) -> Descriptor:
    for each in children:
        if each.platform and (each.platform == platform or each.platform.startswith(f"{platform}/")):
            return each
    found = ", ".join(sorted({each.platform for each in children if each.platform})) or "no platform"
    raise ArchiveError(f"the index {index} has no image of {platform}, but {found}")


def _blob(archive: Archive, descriptor: Descriptor) -> Blob:
    found = require_file(archive, blob_name(descriptor))
    if found.size_bytes != descriptor.size_bytes:
        raise ArchiveError(
            f"the blob {descriptor.digest} has {found.size_bytes} bytes, and its manifest names {descriptor.size_bytes}"
        )
    return Blob(descriptor.digest, descriptor.media_type, found)
