"""Start a session of the OCI protocol. The upload's record is made with its first bytes.

Nothing is written, unless the repository is one that a creation template lets a push create.
"""

from moorage.domain.repository import RepositoryId
from moorage.domain.upload import UploadRef
from moorage.domain.upload_session import UploadSession
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._create_on_push import find_or_create_repository


def start_session(repository: RepositoryId, ports: Ports) -> UploadSession:
    """A session with an upload id of its own. Raises: RepositoryNotFoundError."""
    find_or_create_repository(repository, ports)
    upload = UploadRef(repository, ports.new_id())
    return UploadSession(upload=upload, expires_at=int(ports.now()) + ports.limits.upload_lifetime_seconds)
