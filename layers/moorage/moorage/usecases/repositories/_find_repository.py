"""The look-up that most operations begin with."""

from moorage.domain.errors import MoorageError, RepositoryNotFoundError, UploadNotFoundError
from moorage.domain.repository import Repository, RepositoryId
from moorage.domain.upload import UploadRef
from moorage.usecases.ports import Ports


def find_repository(repository_id: RepositoryId, ports: Ports) -> Repository:
    """The repository; RepositoryNotFoundError for an unknown name and for every registry but this one."""
    repository = ports.repositories.get(repository_id)
    if repository is None:
        raise RepositoryNotFoundError(repository_id)
    return repository


def explain_missing_upload(upload: UploadRef, ports: Ports) -> MoorageError:
    """Why there is no such upload: because there is no such repository, or there is only no such upload."""
    if ports.repositories.get(upload.repository) is None:
        return RepositoryNotFoundError(upload.repository)
    return UploadNotFoundError(upload)
