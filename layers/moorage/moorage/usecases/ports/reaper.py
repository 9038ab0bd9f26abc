"""Ports that only the reaper has: it alone deletes content and sends events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.events import RegistryEvent
from moorage.domain.layer import Blob, ContentId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads


class Garbage(Protocol):
    """Removes objects that nothing refers to any more. A removal of something that is already gone succeeds."""

    def abort_multipart(self, object_key: str, multipart_id: str) -> None:
        """End a multipart upload and free its parts."""

    def delete_object(self, object_key: str) -> None:
        """Delete one object."""

    def delete_tails(self, upload: Upload) -> None:
        """Delete every tail of the upload, those of failed attempts as well."""


class Collection(Protocol):
    """The records that decide whether content is collected. Reads are strongly consistent."""

    def get(self, content: ContentId) -> Blob | None:
        """The content's record."""

    def get_with_expiry(self, content: ContentId) -> tuple[Blob | None, int | None]:
        """The content's record, and the end of its expiry (epoch seconds, None if it has none), in one read."""

    def is_linked(self, content: ContentId) -> bool:
        """Whether a layer has a link to it."""

    def schedule(self, content: ContentId, expires_at: int) -> None:
        """Set the end of the expiry to `expires_at` (epoch seconds), even if an earlier expiry has not ended yet."""

    def close(self, blob: Blob, owner: str, closed_until: int) -> bool:
        """Stop commits from linking to the object's content until `closed_until` (epoch seconds).

        `owner` is the run that closes it. It becomes the owner even if another run has closed it before. False, and
        nothing changes, if the content has another object now, or no record.
        """

    def reopen(self, blob: Blob, owner: str) -> None:
        """Let commits link again, unless another run has closed it meanwhile."""

    def remove(self, blob: Blob, owner: str) -> bool:
        """Remove the content's record; False if it was not removed.

        It is not removed if it has another object now, if its gate was opened or closed by another run since `owner`
        closed it, or if it is a record of version 1.
        """

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
    collection: Collection
    announcements: Announcements
    now: Callable[[], float]
    new_id: Callable[[], str]
    blob_grace_seconds: int
    keeps_tails: bool
    """Whether this registry takes parts so short that they leave tails."""
