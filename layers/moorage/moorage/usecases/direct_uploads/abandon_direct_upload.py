"""Abort a direct upload: it can never be committed, and the reaper removes what it has stored."""

from moorage.domain.errors import UploadNotFoundError
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.access.authorize import may_continue
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import is_of_its_repository


def abandon_direct_upload(registry_id: str, upload_id: str, ports: Ports) -> None:
    """Abort it, also during its verification. It can be repeated.

    Raises: UploadNotFoundError, also for an upload that has ended in another way.
    """
    upload = ports.uploads.get(upload_id)
    if upload is None or upload.announced is None or upload.repository.registry_id != registry_id:
        raise UploadNotFoundError(upload_id, registry_id)
    if not may_continue(upload, ports):
        raise UploadNotFoundError(upload_id, registry_id)
    if not _is_closed(upload, ports):
        raise UploadNotFoundError(upload_id, registry_id)


def _is_closed(upload: Upload, ports: Ports) -> bool:
    if upload.status is UploadStatus.ABANDONED:
        return is_of_its_repository(upload, ports)
    return upload.status is UploadStatus.OPEN and ports.uploads.settle(upload, UploadStatus.ABANDONED).applied
