"""DeleteRepository: close it to new layers, unlink its layers, remove its record. Content is the reaper's."""

from dataclasses import dataclass

from moorage.domain.errors import RepositoryNotEmptyError, RepositoryNotFoundError
from moorage.domain.repository import Repository, RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerCatalog, Repositories
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRepository:
    """`force` deletes the layers with it."""

    repository: RepositoryId
    force: bool = False


def delete_repository(command: DeleteRepository, ports: Ports) -> Repository:
    """Delete it; RepositoryNotFoundError, RepositoryNotEmptyError without `force`.

    A deletion that broke off is continued by the next call: the closed repository is found again.
    """
    if not command.force and any(ports.catalog.layers_of(command.repository)):
        find_repository(command.repository, ports)
        raise RepositoryNotEmptyError(command.repository)
    repository = ports.repositories.begin_deletion(command.repository, forced=command.force)
    if repository is None:
        raise RepositoryNotFoundError(command.repository)
    if not finish_deletion(repository, ports.repositories, ports.catalog):
        raise RepositoryNotEmptyError(command.repository)
    return repository


def finish_deletion(repository: Repository, repositories: Repositories, catalog: LayerCatalog) -> bool:
    """The rest of a deletion that has begun; every step can be repeated.

    False if it ended the other way: a layer was committed just before an unforced deletion closed the repository,
    which is open again.
    """
    for layers in catalog.layers_of(repository.id):
        if not repository.forced:
            repositories.call_off_deletion(repository)
            return False
        catalog.unlink(repository, layers)
    return repositories.finish_deletion(repository)
