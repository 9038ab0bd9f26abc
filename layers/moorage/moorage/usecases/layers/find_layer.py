"""Looks up one layer and its size."""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import LayersNotFoundError
from moorage.domain.layer import Layer
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.layers._look_up_layer import look_up_layer
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLayer:
    """A layer of a repository."""

    repository: RepositoryId
    digest: Digest


def find_layer(query: FindLayer, ports: Ports) -> Layer:
    """The layer's record, in one read; in two where the repository has an encryption of its own.

    Raises: AccessDeniedError, RepositoryNotFoundError, LayersNotFoundError (also if the content has no record, or is
    known to be lost).
    """
    _, lookup = look_up_layer(query.repository, query.digest, ports)
    if lookup.layer is None or not lookup.has_content or not confirm_layers([lookup.layer], ports):
        raise LayersNotFoundError(query.repository, [str(query.digest)])
    return lookup.layer
