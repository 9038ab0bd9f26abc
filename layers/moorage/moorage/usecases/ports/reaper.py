"""Ports that only the reaper has: it alone deletes content and sends events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.events import RegistryEvent
from moorage.domain.layer import Blob
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads


class Garbage(Protocol):
    """Removal of what nothing refers to any more. Removing what is gone already succeeds."""

    def abort_multipart(self, object_key: str, multipart_id: str) -> None:
        """End a multipart upload and free its parts."""

    def delete_object(self, object_key: str) -> None:
        """Delete one object."""

    def delete_tails(self, upload: Upload) -> None:
        """Delete every tail of the upload, those of failed attempts as well."""


class BlobExpiry(Protocol):
    """The end of what is recorded of a blob."""

    def schedule(self, blob: Blob, expires_at: int) -> None:
        """Let the record expire then (epoch seconds), unless a layer refers to it or it is scheduled already."""

    def forget_object(self, object_key: str) -> None:
        """Remove the record that leads from an object to its content; succeeds if there is none."""


class Announcements(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[RegistryEvent]) -> None:
        """Publish them, at least once each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaperPorts:
    """Everything that the reaper depends on."""

    repositories: Repositories
    uploads: Uploads
    catalog: LayerCatalog
    images: Images
    garbage: Garbage
    blob_expiry: BlobExpiry
    announcements: Announcements
    now: Callable[[], float]
    blob_grace_seconds: int
    keeps_tails: bool
    """Whether this registry takes parts so short that they leave tails."""
