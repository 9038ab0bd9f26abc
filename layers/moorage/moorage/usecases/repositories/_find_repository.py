"""The look-up with which most operations begin."""

from moorage.domain.errors import MoorageError, UploadNotFoundError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.access.authorize import authorize, require_possible
from moorage.usecases.ports import Ports


def find_repository(
    repository_id: RepositoryId, ports: Ports, action: str = "", *, even_closed: bool = False
) -> Repository:
    """The repository, if the caller may do this in it (by default, what the request asks for).

    Raises: AccessDeniedError; RepositoryNotFoundError, also where its deletion has begun, unless `even_closed`.
    """
    require_possible(repository_id, ports, action)
    found = ports.repositories.get(repository_id, even_closed=even_closed)
    return authorize(repository_id, found, ports, action)


def is_of_its_repository(upload: Upload, ports: Ports) -> bool:
    """Whether the repository that the upload was begun in is still there, and not another one of its name."""
    repository = ports.repositories.get(upload.repository)
    return repository is not None and repository.incarnation == upload.repository_incarnation


def explain_missing_upload(upload: UploadRef, ports: Ports) -> MoorageError:
    """The error for an upload that is missing, or that is somebody else's, which answers the same.

    AccessDeniedError, RepositoryNotFoundError, or UploadNotFoundError.
    """
    try:
        find_repository(upload.repository, ports)
    except MoorageError as refusal:
        return refusal
    return UploadNotFoundError(upload)
