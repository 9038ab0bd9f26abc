"""Delete a layer from its repository, unless an image uses it. Content that no repository has is collected later.

A push that needs the layer at the same time clears the mark (docs/adr/0045); then the layer stays.

AWS calls: BatchGetItem, Query for uses, UpdateItem for the mark, Query again, TransactWriteItems.
"""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import InUseError, LayersNotFoundError, UnavailableError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers._look_up_layer import look_up_layer
from moorage.usecases.ports import Ports

ATTEMPTS = 4
"""Maximum number of attempts while other requests remove, confirm or need the same layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteLayer:
    """A layer of a repository."""

    repository: RepositoryId
    digest: Digest


def delete_layer(command: DeleteLayer, ports: Ports) -> None:
    """Remove the layer's record and the repository's link to its content.

    Raises: AccessDeniedError, RepositoryNotFoundError, LayersNotFoundError, InUseError, UnavailableError.
    """
    for attempt in range(ATTEMPTS):
        repository, lookup = look_up_layer(command.repository, command.digest, ports)
        layer, now = lookup.layer, ports.now()
        if layer is None and attempt == 0:
            raise LayersNotFoundError(command.repository, [str(command.digest)])
        if layer is None:
            return  # removed by another request, or by an earlier attempt whose response was lost
        if ports.unused_layers.is_used(repository, layer, now):
            raise InUseError(command.repository, str(command.digest))
        # A confirmation protects an unused layer from the lifecycle, but not from an explicit deletion.
        if ports.unused_layers.unlink(repository, layer, max(now, layer.confirmed_at), now):
            return
    raise UnavailableError
