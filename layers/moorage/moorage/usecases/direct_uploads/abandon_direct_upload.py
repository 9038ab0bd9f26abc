"""The client gives a direct upload up: nothing of it can be committed any more, and the reaper removes the rest."""

from moorage.domain.errors import UploadNotFoundError
from moorage.domain.upload import Upload, UploadStatus
from moorage.usecases.ports import Ports


def abandon_direct_upload(registry_id: str, upload_id: str, ports: Ports) -> None:
    """Close it, also while it is being verified; a second time succeeds as the first did.

    UploadNotFoundError, also for one that ended otherwise.
    """
    upload = ports.uploads.get(upload_id)
    if upload is None or upload.claim is None or upload.repository.registry_id != registry_id:
        raise UploadNotFoundError(upload_id, registry_id)
    if not _is_closed(upload, ports):
        raise UploadNotFoundError(upload.ref)


def _is_closed(upload: Upload, ports: Ports) -> bool:
    if upload.status is UploadStatus.ABANDONED:
        return True
    return upload.status is UploadStatus.OPEN and ports.uploads.settle(upload, UploadStatus.ABANDONED).applied
