"""The number of received bytes of an upload, which a client needs after a connection failed."""

from dataclasses import replace

from moorage.domain.errors import UploadNotFoundError
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.access.authorize import belongs_to_caller, require_possible
from moorage.usecases.ports import Ports


def get_upload_status(session: UploadSession, ports: Ports) -> UploadSession:
    """The session with the number of bytes that are recorded. Raises: UploadNotFoundError once it takes no more."""
    require_possible(session.upload.repository, ports)
    upload = ports.uploads.get(session.upload.upload_id)
    if upload is None and session.received_bytes == 0:
        return session
    if upload is None or upload.repository != session.upload.repository or not upload.takes_parts(ports.now()):
        raise UploadNotFoundError(session.upload)
    if not belongs_to_caller(upload, ports):
        raise UploadNotFoundError(session.upload)
    return replace(session, received_bytes=upload.received_bytes)
