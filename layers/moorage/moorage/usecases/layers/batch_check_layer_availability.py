"""BatchCheckLayerAvailability: which of these layers the repository already has."""

from dataclasses import dataclass

from moorage.domain.digest import HEX_LENGTHS, is_well_formed, parse_digest
from moorage.domain.layer import Layer
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers._archived_layers import archived_layers
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCheckLayerAvailability:
    """Up to 100 digests, as the caller wrote them."""

    repository: RepositoryId
    layer_digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerAvailability:
    """Each requested digest is in exactly one list; digests in `missing` are well formed.

    A layer whose content has no record, or is known to be lost, is `missing`. Clients push it again, which restores it.
    Only archived images use an `archived` layer.
    """

    available: tuple[Layer, ...]
    archived: tuple[Layer, ...]
    missing: tuple[str, ...]
    malformed: tuple[str, ...]


def batch_check_layer_availability(query: BatchCheckLayerAvailability, ports: Ports) -> LayerAvailability:
    """Sort the digests into the lists. Raises: RepositoryNotFoundError."""
    repository = find_repository(query.repository, ports)
    asked = tuple(dict.fromkeys(query.layer_digests))
    known = {text: digest for text in asked if (digest := parse_digest(text, HEX_LENGTHS))}
    found = ports.catalog.find_available(repository, list(known.values()))
    layers = {layer.digest: layer for layer in confirm_layers(found.values(), ports)}
    archived = archived_layers(repository, layers, ports)
    there = [layers[digest] for digest in known.values() if digest in layers]
    return LayerAvailability(
        available=tuple(layer for layer in there if layer.digest not in archived),
        archived=tuple(layer for layer in there if layer.digest in archived),
        missing=tuple(text for text in asked if is_well_formed(text) and known.get(text) not in layers),
        malformed=tuple(text for text in asked if not is_well_formed(text)),
    )
