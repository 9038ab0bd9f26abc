"""Mark content as lost when its object is gone, so that clients push it again.

AWS calls: a read for an object that is nobody's content; otherwise a second one, HeadObject, and UpdateItem if S3 does
not have the object.
"""

from dataclasses import dataclass

from moorage.domain.layer import Blob
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True)
class DeletedObject:
    """S3's event: somebody deleted this object. It may be late, repeated, or about what the reaper deleted."""

    object_key: str


def mark_content_lost(deleted: DeletedObject, ports: Ports) -> Blob | None:
    """The blob that was marked; None if no blob has the object, or if S3 has it."""
    blob = ports.catalog.find_content(deleted.object_key)
    return blob if blob is not None and mark_if_lost(blob, ports) else None


def mark_if_lost(blob: Blob, ports: Ports) -> bool:
    """Look at the blob's object; mark the blob as lost if S3 does not have it, or has another size of it."""
    stored = ports.content.head(blob.object_key)
    if stored is not None and stored.size_bytes == blob.size_bytes:
        return False
    ports.catalog.mark_lost(blob, ports.now())
    return True
