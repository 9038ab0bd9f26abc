"""What the reaper needs beyond the other ports, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from moorage.domain.digest import Digest
from moorage.domain.events import RegistryEvent
from moorage.domain.layer import Blob
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.reaper import ReaperPorts

from tests.support.fakes.memory_content import MemoryContent
from tests.support.fakes.memory_records import MemoryRecords
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


@dataclass
class MemoryBlobExpiry:
    """Implements the port `BlobExpiry`; `due` is the TTL attribute of each blob that has one."""

    records: MemoryRecords
    due: dict[tuple[str, Digest, str], int] = field(default_factory=dict)

    def schedule(self, blob: Blob, expires_at: int) -> None:
        key = (blob.registry_id, blob.digest, blob.encryption.sharing_id)
        with self.records.lock:
            present = self.records.blobs.get(key)
            if present is not None and present.object_key == blob.object_key and present.refs <= 0:
                self.due.setdefault(key, expires_at)

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
        blob_expiry=MemoryBlobExpiry(world.records),
        announcements=MemoryAnnouncements(),
        now=world.clock,
        blob_grace_seconds=GRACE_SECONDS,
        keeps_tails=world.ports.limits.min_part_bytes < world.ports.limits.min_stored_bytes,
    )
