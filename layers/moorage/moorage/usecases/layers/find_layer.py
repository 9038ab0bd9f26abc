"""Look one layer up: whether the repository has it, and how large it is."""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import LayersNotFoundError, RepositoryNotFoundError
from moorage.domain.layer import Layer
from moorage.domain.repository import Encryption, RepositoryId
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLayer:
    """A layer of a repository."""

    repository: RepositoryId
    digest: Digest


def find_layer(query: FindLayer, ports: Ports) -> Layer:
    """The layer's record, in one read. Raises: RepositoryNotFoundError, LayersNotFoundError."""
    lookup = ports.catalog.look_up(query.repository, query.digest, Encryption())
    if lookup.repository is None:
        raise RepositoryNotFoundError(query.repository)
    if lookup.layer is None or not confirm_layers([lookup.layer], ports):
        raise LayersNotFoundError(query.repository, [str(query.digest)])
    return lookup.layer
