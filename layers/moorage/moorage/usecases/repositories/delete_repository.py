"""DeleteRepository: close it, settle its uploads, unlink its layers, remove its record. Content is the reaper's."""

from dataclasses import dataclass
from typing import Protocol

from moorage.domain.errors import RepositoryNotEmptyError, RepositoryNotFoundError
from moorage.domain.repositories.repository import CLOSED_SECONDS, Repository, RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRepository:
    """`force` deletes its images and layers with it."""

    repository: RepositoryId
    force: bool = False


def delete_repository(command: DeleteRepository, ports: Ports) -> Repository:
    """Delete it. Raises: AccessDeniedError, RepositoryNotFoundError, RepositoryNotEmptyError without `force`.

    An interrupted deletion is continued by the next call, which finds the closed repository.
    """
    find_repository(command.repository, ports, even_closed=True)
    if not command.force and _holds_anything(command.repository, ports):
        raise RepositoryNotEmptyError(command.repository)
    repository = ports.repositories.begin_deletion(
        command.repository, forced=command.force, closed_until=int(ports.now()) + CLOSED_SECONDS
    )
    if repository is None:
        raise RepositoryNotFoundError(command.repository)
    if not finish_deletion(repository, ports):
        raise RepositoryNotEmptyError(command.repository)
    return repository


class DeletionPorts(Protocol):
    """What a deletion needs, of the API's ports and of the reaper's."""

    @property
    def repositories(self) -> Repositories: ...

    @property
    def uploads(self) -> Uploads: ...

    @property
    def catalog(self) -> LayerCatalog: ...

    @property
    def images(self) -> Images: ...


def finish_deletion(repository: Repository, ports: DeletionPorts) -> bool:
    """The rest of a deletion that has begun; every step can be repeated.

    False if it ended the other way: something was committed just before an unforced deletion closed the repository,
    which is open again, with its uploads.
    """
    if not repository.forced and _holds_anything(repository.id, ports):
        ports.repositories.call_off_deletion(repository)
        return False
    ports.uploads.abandon_all(repository)
    ports.images.remove_all(repository)
    for layers in ports.catalog.layers_of(repository.id):
        ports.catalog.unlink(repository, layers)
    return ports.repositories.finish_deletion(repository)


def _holds_anything(repository: RepositoryId, ports: DeletionPorts) -> bool:
    return any(ports.images.list_from(repository, None, 1)) or any(ports.catalog.layers_of(repository))
