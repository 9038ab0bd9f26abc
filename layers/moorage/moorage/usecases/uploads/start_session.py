"""Start a session of the OCI protocol. Nothing is written: the upload's record is made with its first bytes."""

from moorage.domain.repository import RepositoryId
from moorage.domain.upload import UploadRef
from moorage.domain.upload_session import UploadSession
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


def start_session(repository: RepositoryId, ports: Ports) -> UploadSession:
    """A session with an upload id of its own. Raises: RepositoryNotFoundError."""
    find_repository(repository, ports)
    upload = UploadRef(repository, ports.new_id())
    return UploadSession(upload=upload, expires_at=int(ports.now()) + ports.limits.upload_lifetime_seconds)
