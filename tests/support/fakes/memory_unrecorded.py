"""Objects that no record names, in memory."""

from collections.abc import Sequence

from moorage.domain.uploads.unrecorded import abandoned_upload
from moorage.usecases.ports.unrecorded import UnrecordedPage

from tests.support.fakes.memory_content import MemoryContent
from tests.support.fakes.memory_records import MemoryRecords, atomic

PAGE = 2
"""Objects in one page."""


class MemoryUnrecorded:
    """Implements the port `UnrecordedObjects`. Its keys are MemoryContent's."""

    def __init__(self, records: MemoryRecords, content: MemoryContent, registry_id: str) -> None:
        self.records = records
        self.content = content
        self.registry_id = registry_id

    @property
    def shards(self) -> Sequence[str]:
        return "0123456789abcdef"

    @atomic
    def list_page(self, shard: str, after: str, last_day: str) -> UnrecordedPage:
        prefix = f"blobs/{self.registry_id}/whole/memory/{shard}/"
        keys = [key for key in sorted(self.content.objects) if key.startswith(prefix) and key > prefix + after]
        due = [key for key in keys if key.split("/")[5] <= last_day]
        page = due[:PAGE]
        unrecorded = [key for key in page if not self._is_recorded(key)]
        end = page[-1].removeprefix(prefix) if page else after
        return UnrecordedPage(unrecorded, end, is_last=page == due)

    @atomic
    def abandon(self, object_key: str, now: float) -> bool:
        if self._is_recorded(object_key):
            return False
        upload_id = object_key.rpartition("/")[2]
        self.records.uploads[upload_id] = abandoned_upload(self.registry_id, upload_id, object_key, now)
        return True

    def _is_recorded(self, object_key: str) -> bool:
        is_content = any(blob.object_key == object_key for blob in self.records.blobs.values())
        return is_content or object_key.rpartition("/")[2] in self.records.uploads
