"""Look up a layer and its content together with their repository, in one read."""

from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.usecases.access.authorize import authorize, require_possible
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup


def look_up_layer(repository_id: RepositoryId, digest: Digest, ports: Ports) -> tuple[Repository, LayerLookup]:
    """One read; two where the repository has the layer and an encryption of its own.

    Raises: AccessDeniedError, RepositoryNotFoundError.
    """
    require_possible(repository_id, ports)
    lookup = ports.catalog.look_up(repository_id, digest, Encryption())
    repository = authorize(repository_id, lookup.repository, ports)
    if lookup.layer is not None and repository.encryption != Encryption():
        lookup = ports.catalog.look_up(repository_id, digest, repository.encryption)
    return repository, lookup
