"""The look-up of a direct upload by its id alone, which cannot be guessed."""

from moorage.domain.errors import UploadNotFoundError
from moorage.domain.uploads.direct_upload import DirectDescriptor
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.access.authorize import may_continue
from moorage.usecases.ports import Ports


def find_direct_upload(registry_id: str, upload_id: str, ports: Ports) -> tuple[Upload, DirectDescriptor]:
    """The upload and its announced descriptor.

    Raises: UploadNotFoundError, also for one that another caller began, a relayed, expired or aborted upload, and for
    one that was open when its repository was deleted.
    """
    upload = ports.uploads.get(upload_id)
    if upload is None or upload.announced is None or upload.repository.registry_id != registry_id:
        raise UploadNotFoundError(upload_id, registry_id)
    if not may_continue(upload, ports):
        raise UploadNotFoundError(upload_id, registry_id)
    if upload.has_expired(ports.now()) or upload.status is UploadStatus.ABANDONED:
        raise UploadNotFoundError(upload_id, registry_id)
    return upload, upload.announced
