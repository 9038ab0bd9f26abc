"""Ports of fsck: they list everything that is stored, and remove garbage."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, PendingManifest
from moorage.domain.layer import Blob, Link, ObjectOf
from moorage.domain.records import Record
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import ContentStore
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.reaper import Collection, Garbage
from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads
from moorage.usecases.ports.schema import Schema
from moorage.usecases.ports.unrecorded import UnrecordedObjects


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object of the bucket. `upload_id` is read from its key; None for a manifest, and for what is not Moorage's.

    `day` is that of a layer that came whole, whose upload has no record (domain/uploads/unrecorded.py).
    """

    object_key: str
    size_bytes: int
    upload_id: str | None
    is_tail: bool
    is_manifest: bool = False
    day: str | None = None

    def __str__(self) -> str:
        return self.object_key

    @property
    def is_ours(self) -> bool:
        """Whether Moorage made it."""
        return self.is_manifest or self.upload_id is not None


@dataclass(frozen=True, slots=True)
class ListedMultipart:
    """A multipart upload that is open in the bucket; `initiated_at` in epoch seconds."""

    object_key: str
    multipart_id: str
    initiated_at: float

    def __str__(self) -> str:
        return f"{self.object_key} {self.multipart_id}"


@dataclass(frozen=True, slots=True)
class PartOf:
    """A stored part's record, by its place. `expires_at` is in epoch seconds."""

    upload_id: str
    part_number: int
    expires_at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.upload_id} {self.part_number}"


class RowKind(StrEnum):
    """The records that belong to an image."""

    TAG = "tag"
    REVERSE_TAG = "reverse-tag"
    USE = "use"
    REFERRER = "referrer"


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One record that belongs to the image `digest`; `about` is a tag, or the digest that the image names.

    A tag leads to the image, a reverse tag record from the image to the tag. `push_id` and `written_at` (epoch
    seconds) are a use's.
    """

    kind: RowKind
    repository: RepositoryId
    digest: Digest
    about: str = ""
    push_id: str = field(default="", compare=False)
    written_at: float = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.repository}@{self.digest} {self.about}"

    def of_kind(self, kind: RowKind) -> "ImageRow":
        """The record of another kind that it should have beside it."""
        return replace(self, kind=kind)


class ImageRepairs(Protocol):
    """Conditional writes that correct the records of images."""

    def remove_row(self, row: ImageRow) -> bool:
        """Remove a record whose image is gone, or a reverse tag record whose tag points elsewhere; False otherwise."""

    def write_row(self, row: ImageRow, image: Image) -> bool:
        """Write a use, a referrer or a reverse tag record of an image; False if the image is gone."""

    def count_tags(self, image: Image, number: int) -> bool:
        """Set its number of tags, if that is still the one in `image`."""

    def remove_push(self, pending: PendingManifest, now: float) -> bool:
        """Remove it if it has expired."""


class LinkRepairs(Protocol):
    """Conditional writes that correct the links of layers to content."""

    def write_link(self, link: Link, blob: Blob) -> bool:
        """Write a link to this content; False if its layer is gone, or if the collector has closed the content."""

    def remove_link(self, link: Link) -> bool:
        """Remove a link; False if its layer is there."""

    def migrate(self, blob: Blob) -> bool:
        """Make a record of version 1 one of version 2, if it is still as read. Its layers must have links."""


class Inventory(Protocol):
    """Everything there is."""

    def objects(self) -> Iterator[ListedObject]:
        """Every object of the bucket."""

    def multiparts(self) -> Iterator[ListedMultipart]:
        """Every multipart upload that is neither completed nor aborted."""

    def records(self) -> Iterator[Record | ObjectOf | PartOf | ImageRow]:
        """Every record, read consistently but not at one time."""

    def remove_expired(self, upload: Upload, now: float) -> bool:
        """Remove the head of an open upload if it has expired, as TTL would; whether it did."""

    def remove_part(self, part: PartOf) -> None:
        """Remove a part's record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FsckPorts:
    """Everything that fsck depends on."""

    inventory: Inventory
    repositories: Repositories
    catalog: LayerCatalog
    uploads: Uploads
    images: Images
    image_repairs: ImageRepairs
    link_repairs: LinkRepairs
    schema: Schema
    content: ContentStore
    garbage: Garbage
    collection: Collection
    unrecorded: UnrecordedObjects
    now: Callable[[], float]
    blob_grace_seconds: int
    keeps_tails: bool
