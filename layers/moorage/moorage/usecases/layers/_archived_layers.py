"""Which layers are archived: those that archived images use, and no other image (docs/adr/0049)."""

from collections.abc import Collection

from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports import Ports


def archived_layers(repository: Repository, layers: Collection[Digest], ports: Ports) -> frozenset[Digest]:
    """Those of the layers. Nothing is read for a repository whose images were never archived."""
    return ports.images.only_archived(repository.id, layers) if repository.has_archived else frozenset()
