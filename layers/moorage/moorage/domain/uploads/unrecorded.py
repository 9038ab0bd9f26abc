"""Objects that only a commit can record: those of layers that come whole (docs/adr/0077).

Such a layer has no upload record. Its object's key names the day on which the request began. If no record names the
object a week after that day, the scheduled run writes the missing record, as that of an abandoned upload. No commit can
use the object after that, and the reaper deletes it like the object of every other abandoned upload.
"""

from datetime import UTC, datetime

from moorage.domain.repositories.repository import CLOSED_SECONDS, Encryption, RepositoryId
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef

DAY_SECONDS = 24 * 3600
WAIT_SECONDS = 7 * DAY_SECONDS
"""How long after the end of its day an object without a record is left alone.

Then no commit can come: no upload lasts longer than five days (template.yaml, UploadLifetimeSeconds).
"""
_NO_REPOSITORY = ""
"""The key does not say to which repository the layer was pushed. No request can name this one."""


def day_of(now: float) -> str:
    """The day in UTC, as 2026-11-30. Days compare as text."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")


def place_before_day(now: float) -> str:
    """The place in a listing right before the objects of this day: the end of the day before.

    Every upload id sorts before "~". A place that is only a day's name would make SeaweedFS leave out that whole day.
    """
    return f"{day_of(now - DAY_SECONDS)}/~"


def last_day_to_collect(now: float) -> str:
    """Uploads that were begun up to this day have expired: no commit can come."""
    return day_of(now - WAIT_SECONDS - DAY_SECONDS)


def abandoned_upload(registry_id: str, upload_id: str, object_key: str, now: float) -> Upload:
    """The upload of an object that no record names."""
    return Upload(
        ref=UploadRef(RepositoryId(registry_id, _NO_REPOSITORY), upload_id),
        repository_incarnation="",
        encryption=Encryption(),
        object_key=object_key,
        multipart_id="",
        initiated_at=now,
        initiator="",
        expires_at=int(now) + CLOSED_SECONDS,
        status=UploadStatus.ABANDONED,
    )
