"""What fsck needs: everything that is stored, listed, and the means to remove garbage."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.records import Record
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import ContentStore
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.reaper import BlobExpiry, Garbage
from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object of the bucket. `upload_id` is read from its key, None if the key is none of Moorage's."""

    object_key: str
    size_bytes: int
    upload_id: str | None
    is_tail: bool


@dataclass(frozen=True, slots=True)
class ListedMultipart:
    """A multipart upload that is open in the bucket; `initiated_at` in epoch seconds."""

    object_key: str
    multipart_id: str
    initiated_at: float


@dataclass(frozen=True, slots=True)
class PartOf:
    """A stored part's record, by its place. `expires_at` is in epoch seconds."""

    upload_id: str
    part_number: int
    expires_at: int = 0


class Inventory(Protocol):
    """Everything there is."""

    def objects(self) -> Iterator[ListedObject]:
        """Every object of the bucket."""

    def multiparts(self) -> Iterator[ListedMultipart]:
        """Every multipart upload that is neither completed nor aborted."""

    def records(self) -> Iterator[Record | PartOf]:
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
    content: ContentStore
    garbage: Garbage
    blob_expiry: BlobExpiry
    now: Callable[[], float]
    blob_grace_seconds: int
    keeps_tails: bool
