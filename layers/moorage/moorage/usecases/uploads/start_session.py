"""Start a session of the OCI protocol. No record of an upload is written: it is made with the first bytes.

The repository is created if a creation template lets a push do so. A layer of another repository that the request names
is mounted: then nothing has to be sent.
"""

from dataclasses import dataclass

from moorage.domain.digest import SHA256, Digest
from moorage.domain.errors import LayerAlreadyExistsError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.layers.mount_layer import MountLayer, mount_layer
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_or_create_repository import find_or_create_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """The layer to mount, and the repository that has it, which the caller may read."""

    digest: Digest
    source: RepositoryId


def start_session(
    repository_id: RepositoryId, ports: Ports, mount: Mount | None = None, algorithm: str = SHA256
) -> UploadSession | None:
    """A session with an upload id of its own; None if the layer was mounted or is there already.

    `algorithm` is that of the digest which the client is going to name.

    Raises: RepositoryNotFoundError, UnavailableError.
    """
    repository = find_or_create_repository(repository_id, ports)
    if mount is not None and _is_mounted(repository, mount, ports):
        return None
    return UploadSession(
        upload=UploadRef(repository_id, ports.new_id()),
        expires_at=int(ports.now()) + ports.limits.upload_lifetime_seconds,
        incarnation=repository.incarnation,
        algorithm=algorithm,
        known_repository=repository,
    )


def _is_mounted(repository: Repository, mount: Mount, ports: Ports) -> bool:
    command = MountLayer(repository=repository, mount_from=mount.source, layer_digest=mount.digest)
    try:
        return mount_layer(command, ports) is not None
    except LayerAlreadyExistsError:
        return True
