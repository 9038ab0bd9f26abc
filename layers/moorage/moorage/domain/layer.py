"""Layers, and the content that they need. A blob is content that a registry stores once for all its repositories.

A layer and its link are written and removed together. The layer says what a repository has; the link, in the partition
of the content, says why the content may not be collected.
"""

from dataclasses import dataclass
from typing import NamedTuple

from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId

DEFAULT_MEDIA_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
"""ECR's media type for a layer that was pushed without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """This repository has this blob. `upload_id` is the upload whose completion made the record.

    `last_confirmed_at` is the time at which a response last said that the layer exists, if that was recorded. Times are
    in epoch seconds.
    """

    repository: RepositoryId
    digest: Digest
    size_bytes: int
    upload_id: str
    created_at: float
    media_type: str = DEFAULT_MEDIA_TYPE
    last_confirmed_at: float | None = None

    @property
    def confirmed_at(self) -> float:
        """When it was pushed or last confirmed."""
        return self.created_at if self.last_confirmed_at is None else self.last_confirmed_at


class ContentId(NamedTuple):
    """The content of a digest in a registry, for the repositories whose encryption has this `sharing_id`."""

    registry_id: str
    digest: Digest
    sharing_id: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.registry_id, str(self.digest), self.sharing_id)))


@dataclass(frozen=True, slots=True)
class Link:
    """The layer of a repository that needs this content. `upload_id` is the layer's."""

    content: ContentId
    repository: RepositoryId
    upload_id: str

    def __str__(self) -> str:
        return f"{self.content} {self.repository.name} {self.upload_id}"


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """The record that leads from an object to the content that it is, or was."""

    object_key: str
    content: ContentId


@dataclass(frozen=True, slots=True)
class Expiry:
    """The content had no link when this was written. After `expires_at` (epoch seconds), the collector looks again."""

    content: ContentId
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Content that hashes to `digest`, under `object_key`.

    `refs` and `expires_at` (epoch seconds) are set in records of version 1 only: those count their layers, and expire
    while they have none. The collector leaves such a record alone until `moorage fsck --repair` has migrated it.
    """

    registry_id: str
    digest: Digest
    encryption: Encryption
    object_key: str
    size_bytes: int
    verified_at: float
    lost_at: float | None = None
    """The time at which the object was found to be missing or damaged, in epoch seconds. The next push restores it."""
    refs: int | None = None
    expires_at: int | None = None

    @property
    def id(self) -> ContentId:
        """What it is the content of, whatever its object."""
        return ContentId(self.registry_id, self.digest, self.encryption.sharing_id)

    @property
    def is_of_version_1(self) -> bool:
        """Whether the record counts its layers instead of having links."""
        return self.refs is not None or self.expires_at is not None


def link_of(layer: Layer, encryption: Encryption) -> Link:
    """The link of a layer in a repository with this encryption."""
    content = ContentId(layer.repository.registry_id, layer.digest, encryption.sharing_id)
    return Link(content, layer.repository, layer.upload_id)
