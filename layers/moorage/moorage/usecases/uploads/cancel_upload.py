"""Cancel an upload; the reaper deletes what was stored of it."""

from moorage.domain.errors import UnavailableError, UploadNotFoundError
from moorage.domain.uploads.upload import UploadStatus
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.access.authorize import belongs_to_caller, require_possible
from moorage.usecases.ports import Ports


def cancel_upload(session: UploadSession, ports: Ports) -> None:
    """Settle it as ABANDONED; a repetition succeeds again, and so does a session that has no record yet.

    Raises: UploadNotFoundError if it ended otherwise; UnavailableError if a part was added at this moment.
    """
    require_possible(session.upload.repository, ports)
    upload = ports.uploads.get(session.upload.upload_id)
    if upload is None and session.received_bytes == 0:
        return
    if upload is None or upload.repository != session.upload.repository or upload.has_expired(ports.now()):
        raise UploadNotFoundError(session.upload)
    if not belongs_to_caller(upload, ports):
        raise UploadNotFoundError(session.upload)
    if upload.status is UploadStatus.OPEN:
        written = ports.uploads.settle(upload, UploadStatus.ABANDONED)
        if written.applied:
            return
        upload = written.current
    if upload is not None and upload.status is UploadStatus.OPEN:
        raise UnavailableError
    if upload is None or upload.status is not UploadStatus.ABANDONED:
        raise UploadNotFoundError(session.upload)
