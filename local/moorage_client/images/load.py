"""`moorage load`: push the images of an archive to a repository.

1. Read the archive: the manifests, and where everything that they name is. Nothing is sent if something is missing.
2. Ask which layers the repository has. Hash each other one, and send it as `moorage push` does.
3. Put each image after the images that it names, and then its tags.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from moorage.domain.digest import Digest
from rich.filesize import decimal

from moorage_client.direct_client import ALREADY_THERE, DirectApiError, DirectClient
from moorage_client.images.archive import Archive, open_archive
from moorage_client.images.docker_archive import LIST, docker_images
from moorage_client.images.errors import ArchiveError
from moorage_client.images.image_tree import ArchivedImage, Blob, ImageTree
from moorage_client.images.oci_layout import INDEX, LAYOUT, layout_images
from moorage_client.images.registry_images import RegistryImages
from moorage_client.part_sender import PartSender
from moorage_client.push import PARALLEL, PushOptions, initiated
from moorage_client.watched_completion import send_all, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """The user's options. `tag` replaces the tags of the archive's only image."""

    source: Path
    repository: str
    endpoint: str
    tag: str | None = None
    platform: str | None = None
    parallel: int = PARALLEL
    create: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """An image that the repository has now."""

    digest: Digest
    tags: tuple[str, ...]


def load(options: LoadOptions, client: DirectClient, say: Callable[[str], None]) -> list[Loaded]:
    """Push all images of the archive; `say` prints one sentence.

    Raises: ArchiveError, RegistryError, DirectApiError, UnreachableError, SendError, OSError and botocore's errors.
    """
    images = archived_images(options)
    registry = RegistryImages(options.endpoint)
    if options.create:
        registry.create_repository(options.repository)
    else:
        registry.require_repository(options.repository)
    _send_blobs(images, options, registry, client, say)
    for image in images:
        for tree in _children_first(image.tree):
            registry.put(options.repository, tree, None)
        for tag in image.tags:
            registry.put(options.repository, image.tree, tag)
    return [Loaded(image.tree.digest, image.tags) for image in images]


def archived_images(options: LoadOptions) -> list[ArchivedImage]:
    """The images of the archive, each with the tags that it is to have. Raises: ArchiveError, OSError."""
    images = _read(open_archive(options.source), options.platform)
    if not images:
        raise ArchiveError("it has no image")
    if options.tag is not None:
        if len({image.tree.digest for image in images}) > 1:
            raise ArchiveError(f"it has {len(images)} images, so --tag cannot be given")
        return [replace(images[0], tags=(options.tag,))]
    owners: dict[str, ArchivedImage] = {}
    for image in images:
        for tag in image.tags:
            other = owners.setdefault(tag, image)
            if other.tree.digest != image.tree.digest:
                raise ArchiveError(
                    f"{other.name} and {image.name} have the tag {tag!r}, and a repository has one image of a tag: "
                    "save them to two archives"
                )
    return images


def _read(archive: Archive, platform: str | None) -> list[ArchivedImage]:
    if archive.find(LAYOUT) and archive.find(INDEX):
        return layout_images(archive, platform)
    if archive.find(LIST):
        return docker_images(archive)
    reason = "it is truncated" if archive.is_truncated else "it is neither"
    raise ArchiveError(f"{reason} an OCI layout nor an archive of `docker save`: it has no {INDEX} and no {LIST}")


def _send_blobs(
    images: list[ArchivedImage],
    options: LoadOptions,
    registry: RegistryImages,
    client: DirectClient,
    say: Callable[[str], None],
) -> None:
    blobs = {blob.digest: blob for image in images for blob in image.tree.all_blobs()}
    available = registry.available(options.repository, blobs)
    if available:
        say(f"{len(available)} of {len(blobs)} layers and configs are in {options.repository} already")
    for digest, blob in blobs.items():
        if digest not in available:
            blob.require_digest()
            _push(blob, options, client, say)
            say(f"{digest} sent, {decimal(blob.content.size_bytes)}")


def _push(blob: Blob, options: LoadOptions, client: DirectClient, say: Callable[[str], None]) -> None:
    pushed = PushOptions(
        file=blob.content.file,
        repository=options.repository,
        endpoint=options.endpoint,
        media_type=blob.media_type or None,
        parallel=options.parallel,
    )
    try:
        page = initiated(pushed, str(blob.digest), blob.content.size_bytes, client)
        if page["status"] == "uploading":
            first_byte = blob.content.first_byte
            with PartSender(pushed.file, client, _silently, options.parallel, say, first_byte) as sender:
                send_all(sender, page, client)
        if page["status"] != "completed":
            verify(client, page["uploadId"], _silently)
    except DirectApiError as refusal:
        if refusal.code != ALREADY_THERE:
            raise


def _silently(_size_bytes: int) -> None:
    """No progress of single blobs is shown."""


def _children_first(tree: ImageTree) -> Iterator[ImageTree]:
    for child in tree.children:
        yield from _children_first(child)
    yield tree
