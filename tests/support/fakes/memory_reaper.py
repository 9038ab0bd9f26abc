"""What the reaper needs beyond the other ports, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from moorage.domain.events import RegistryEvent
from moorage.domain.layer import Blob, ContentId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.reaper import ReaperPorts

from tests.support.fakes.memory_content import MemoryContent
from tests.support.fakes.memory_records import MemoryRecords, atomic
from tests.support.fakes.world import World

GRACE_SECONDS = 500


@dataclass
class MemoryGarbage:
    """Implements the port `Garbage`."""

    content: MemoryContent

    def abort_multipart(self, object_key: str, multipart_id: str) -> None:
        self.content.multiparts.pop(multipart_id, None)

    def delete_object(self, object_key: str) -> None:
        self.content.objects.pop(object_key, None)

    def delete_tails(self, upload: Upload) -> None:
        prefix = f"tails/{upload.repository.registry_id}/{upload.upload_id}/"
        for key in [key for key in self.content.objects if key.startswith(prefix)]:
            del self.content.objects[key]


class MemoryCollection:
    """Implements the port `Collection`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def get(self, content: ContentId) -> Blob | None:
        return self.records.blobs.get(content)

    @atomic
    def get_with_expiry(self, content: ContentId) -> tuple[Blob | None, int | None]:
        return self.records.blobs.get(content), self.records.expiries.get(content)

    @atomic
    def is_linked(self, content: ContentId) -> bool:
        return bool(self.records.links_to(content))

    @atomic
    def schedule(self, content: ContentId, expires_at: int) -> None:
        self.records.expiries[content] = expires_at

    @atomic
    def close(self, blob: Blob, owner: str, closed_until: int) -> bool:
        present = self.records.blobs.get(blob.id)
        if present is None or present.object_key != blob.object_key:
            return False
        self.records.collecting[blob.object_key] = owner
        return True

    @atomic
    def reopen(self, blob: Blob, owner: str) -> None:
        if self.records.collecting.get(blob.object_key) == owner:
            del self.records.collecting[blob.object_key]

    @atomic
    def remove(self, blob: Blob, owner: str) -> bool:
        present = self.records.blobs.get(blob.id)
        if present is None or present.object_key != blob.object_key or present.is_of_version_1:
            return False
        if self.records.collecting.get(blob.object_key) != owner:
            return False
        del self.records.blobs[blob.id]
        return True

    def forget_object(self, object_key: str) -> None:
        """Nothing: in memory, content is found by its record."""


@dataclass
class MemoryAnnouncements:
    """Implements the port `Announcements`."""

    events: list[RegistryEvent] = field(default_factory=list)

    def publish(self, events: Sequence[RegistryEvent]) -> None:
        self.events += events


def reaper_of(world: World) -> ReaperPorts:
    """The reaper's ports on a world."""
    return ReaperPorts(
        repositories=world.ports.repositories,
        uploads=world.ports.uploads,
        catalog=world.ports.catalog,
        images=world.images,
        garbage=MemoryGarbage(world.content),
        collection=MemoryCollection(world.records),
        announcements=MemoryAnnouncements(),
        now=world.clock,
        new_id=world.ports.new_id,
        blob_grace_seconds=GRACE_SECONDS,
        keeps_tails=world.ports.limits.min_part_bytes < world.ports.limits.min_stored_bytes,
    )
