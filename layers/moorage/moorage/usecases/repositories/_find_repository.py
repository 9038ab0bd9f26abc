"""The look-up with which most operations begin."""

from moorage.domain.errors import MoorageError, RepositoryNotFoundError, UploadNotFoundError
from moorage.domain.repository import Repository, RepositoryId
from moorage.domain.upload import UploadRef
from moorage.usecases.ports import Ports


def find_repository(repository_id: RepositoryId, ports: Ports) -> Repository:
    """The repository. Raises: RepositoryNotFoundError for an unknown name, and for every other registry."""
    repository = ports.repositories.get(repository_id)
    if repository is None:
        raise RepositoryNotFoundError(repository_id)
    return repository


def explain_missing_upload(upload: UploadRef, ports: Ports) -> MoorageError:
    """The error for a missing upload: the repository does not exist, or only the upload does not."""
    if ports.repositories.get(upload.repository) is None:
        return RepositoryNotFoundError(upload.repository)
    return UploadNotFoundError(upload)
