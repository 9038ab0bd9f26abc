"""The look-up that most operations begin with."""

from moorage.domain.errors import MoorageError, RepositoryNotFoundError, UploadNotFoundError
from moorage.domain.repository import Repository
from moorage.usecases.ports import Ports


def find_repository(registry_id: str, repository_name: str, ports: Ports) -> Repository:
    """The repository; RepositoryNotFoundError for an unknown name and for every registry but this one."""
    repository = ports.repositories.get(registry_id, repository_name)
    if repository is None:
        raise RepositoryNotFoundError(registry_id, repository_name)
    return repository


def explain_missing_upload(registry_id: str, repository_name: str, upload_id: str, ports: Ports) -> MoorageError:
    """Why there is no such upload: because there is no such repository, or there is only no such upload."""
    if ports.repositories.get(registry_id, repository_name) is None:
        return RepositoryNotFoundError(registry_id, repository_name)
    return UploadNotFoundError(registry_id, repository_name, upload_id)
