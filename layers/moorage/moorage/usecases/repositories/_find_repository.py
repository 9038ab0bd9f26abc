"""The look-up with which most operations begin."""

from moorage.domain.errors import MoorageError, RepositoryNotFoundError, UploadNotFoundError
from moorage.domain.repository import Repository, RepositoryId
from moorage.domain.upload import Upload, UploadRef
from moorage.usecases.ports import Ports


def find_repository(repository_id: RepositoryId, ports: Ports) -> Repository:
    """The repository. Raises: RepositoryNotFoundError for an unknown name, and for every other registry."""
    repository = ports.repositories.get(repository_id)
    if repository is None:
        raise RepositoryNotFoundError(repository_id)
    return repository


def is_of_its_repository(upload: Upload, ports: Ports) -> bool:
    """Whether the repository that the upload was begun in is still there, and not another one of its name."""
    repository = ports.repositories.get(upload.repository)
    return repository is not None and repository.incarnation == upload.repository_incarnation


def explain_missing_upload(upload: UploadRef, ports: Ports) -> MoorageError:
    """The error for a missing upload: the repository does not exist, or only the upload does not."""
    if ports.repositories.get(upload.repository) is None:
        return RepositoryNotFoundError(upload.repository)
    return UploadNotFoundError(upload)
