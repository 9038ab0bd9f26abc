"""The state of a direct upload."""

from dataclasses import dataclass
from enum import StrEnum

from moorage.domain.errors import InvalidLayerError, LayerAlreadyExistsError, MoorageError, UploadNotFoundError
from moorage.domain.uploads.direct_upload import DirectDescriptor
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.direct_uploads._find_direct_upload import find_direct_upload
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import is_of_its_repository


class DirectStatus(StrEnum):
    """The status of an upload and its verification, as a client sees it."""

    UPLOADING = "uploading"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DirectState:
    """`failure` is the reason for which every completion is refused; only with FAILED."""

    upload: Upload
    claim: DirectDescriptor
    status: DirectStatus
    verified_bytes: int
    failure: MoorageError | None = None


def describe_direct_upload(registry_id: str, upload_id: str, ports: Ports) -> DirectState:
    """Read it. Its repository is read as well if it is settled: a deletion settles the open ones itself.

    Raises: UploadNotFoundError, also if the repository is not there any more.
    """
    upload, claim = find_direct_upload(registry_id, upload_id, ports)
    if upload.status is not UploadStatus.OPEN and not is_of_its_repository(upload, ports):
        raise UploadNotFoundError(upload_id, registry_id)
    verified_bytes = upload.verification.verified_bytes if upload.verification else 0
    if upload.status is UploadStatus.COMPLETED:
        return DirectState(upload, claim, DirectStatus.COMPLETED, claim.size_bytes)
    if upload.status is UploadStatus.OPEN:
        status = DirectStatus.VERIFYING if upload.verification else DirectStatus.UPLOADING
        return DirectState(upload, claim, status, verified_bytes)
    return DirectState(upload, claim, DirectStatus.FAILED, verified_bytes, _failure(upload, claim))


def _failure(upload: Upload, claim: DirectDescriptor) -> MoorageError:
    if upload.status is UploadStatus.SUPERSEDED:
        return LayerAlreadyExistsError(upload.repository, str(claim.digest))
    return InvalidLayerError(upload.failure or InvalidLayerError.DAMAGED)
