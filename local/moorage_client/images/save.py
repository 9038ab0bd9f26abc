"""`moorage save`: download images and everything that they name into one tar file.

Each manifest and each blob is hashed on its way. The file gets its name when it is complete; until then it has another.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from moorage.domain.digest import HEX_LENGTHS, Digest, parse_digest
from moorage.domain.images.image import digest_of

from moorage_client.images.blob_download import BlobDownload
from moorage_client.images.docker_archive import CONFIG_TYPE
from moorage_client.images.errors import ArchiveError, RegistryError
from moorage_client.images.image_tree import MAX_DEPTH, ReadManifest, read_manifest
from moorage_client.images.layout_writer import LayoutWriter
from moorage_client.images.registry_images import RegistryImages
from moorage_client.retry import Retrying

IMAGE_CONFIGS = (CONFIG_TYPE, "application/vnd.oci.image.config.v1+json")
SHOWN_PLATFORM = "linux/amd64"
"""The platform of an index that `manifest.json` lists, if there is one: it can list only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An image of a registry: by its tag, or by its digest."""

    repository: str
    tag: str | None
    digest: Digest | None = None

    @property
    def image_id(self) -> dict[str, str]:
        """As the ECR API takes it."""
        return {"imageDigest": str(self.digest)} if self.digest else {"imageTag": str(self.tag)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOptions:
    """The user's options."""

    references: tuple[Reference, ...]
    output: Path
    endpoint: str


def parse_reference(text: str) -> Reference:
    """Read `NAME:TAG`, `NAME@DIGEST` or `NAME`, whose tag is `latest`. Raises: ArchiveError."""
    name, at, digest_text = text.partition("@")
    if at:
        digest = parse_digest(digest_text, HEX_LENGTHS)
        if digest is None or not name:
            raise ArchiveError(f"{text!r} is not an image: write NAME:TAG or NAME@sha256:…")
        return Reference(repository=name, tag=None, digest=digest)
    repository, colon, tag = name.rpartition(":")
    if not colon:
        repository, tag = name, "latest"
    if not repository or not tag:
        raise ArchiveError(f"{text!r} is not an image: write NAME:TAG or NAME@sha256:…")
    return Reference(repository=repository, tag=tag)


def save(options: SaveOptions, retrying: Retrying) -> list[Digest]:
    """Write the archive; returns the digest of each image. `retrying` prints one sentence.

    Raises: RegistryError, ArchiveError, OSError, and the errors of botocore and httpx.
    """
    registry = RegistryImages(options.endpoint)
    part = options.output.with_name(f".{options.output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            writer = LayoutWriter(file)
            digests = [_save(reference, writer, registry, retrying) for reference in options.references]
            writer.write_lists()
        part.replace(options.output)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return digests


def _save(reference: Reference, writer: LayoutWriter, registry: RegistryImages, retrying: Retrying) -> Digest:
    with BlobDownload(registry, reference.repository, retrying) as download:
        image = _Image(registry, reference.repository, writer, download)
        manifest = image.read(reference.image_id, reference.digest)
        shown = image.add(manifest, 0)
        writer.list_image(manifest, reference.repository, reference.tag, shown)
    return manifest.digest


@dataclass(frozen=True, slots=True)
class _Image:
    registry: RegistryImages
    repository: str
    writer: LayoutWriter
    download: BlobDownload

    def read(self, image_id: dict[str, str], wanted: Digest | None) -> ReadManifest:
        """A manifest, checked against its digest."""
        content, media_type, named = self.registry.get(self.repository, image_id)
        digest = parse_digest(named, HEX_LENGTHS)
        if digest is None or digest != digest_of(content, digest.algorithm) or wanted not in (None, digest):
            raise RegistryError(f"the registry returned another manifest than {wanted or named}")
        return read_manifest(content, media_type, digest)

    def add(self, manifest: ReadManifest, depth: int) -> ReadManifest | None:
        """Write everything that the manifest names, and then itself.

        Returns what `manifest.json` shows: the image, or that of one platform of an index; None for an artifact.
        """
        if depth == MAX_DEPTH:
            raise RegistryError(f"the indexes name each other more than {MAX_DEPTH} levels deep")
        shown = manifest if _is_runnable(manifest) else None
        for each in manifest.children:
            child = self.add(self.read({"imageDigest": str(each.digest)}, each.digest), depth + 1)
            if child and (shown is None or each.platform == SHOWN_PLATFORM):
                shown = child
        for each in manifest.blobs:
            if not each.is_kept_elsewhere and not self.writer.has(each):
                self.writer.add_blob(each, self.download.blocks(each))
        if not self.writer.has(manifest.descriptor):
            self.writer.add_blob(manifest.descriptor, [manifest.content])
        return shown


def _is_runnable(manifest: ReadManifest) -> bool:
    """Whether it is an image for Docker, with all of its layers in the registry."""
    is_image = bool(manifest.blobs) and manifest.blobs[0].media_type in IMAGE_CONFIGS
    return is_image and not any(each.is_kept_elsewhere for each in manifest.blobs)
