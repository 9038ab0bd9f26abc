"""The layers of a repository that no image uses."""

from collections.abc import Iterator

from moorage.domain.digest import Digest
from moorage.domain.images.image import USE_SECONDS
from moorage.domain.layer import Layer
from moorage.domain.repositories.repository import Repository
from moorage.usecases.images._uses import is_used
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.records import LayerCatalog
from moorage.usecases.ports.removals import Removals


class RepositoryLayers:
    """Implements the port `UnusedLayers`."""

    def __init__(self, catalog: LayerCatalog, images: Images, removals: Removals) -> None:
        self._catalog = catalog
        self._images = images
        self._removals = removals

    def candidates(self, repository: Repository, unused_since: float, now: float) -> Iterator[list[Layer]]:
        """Those that were old enough and unused when they were read: most layers are used, and cost no request."""
        used = self._used(repository, now)
        for page in self._catalog.layers_of(repository.id):
            yield [layer for layer in page if layer.confirmed_at <= unused_since and layer.digest not in used]

    def is_used(self, repository: Repository, layer: Layer, now: float) -> bool:
        """Look for uses."""
        return is_used(repository.id, layer.digest, now, self._images, self._removals)

    def unlink(self, repository: Repository, layer: Layer, unused_since: float, now: float) -> bool:
        """Mark it, look for uses, remove it."""
        if not self._removals.mark_layer(layer, now, unused_since):
            return False
        if self.is_used(repository, layer, now):
            self._images.keep_layer(repository.id, layer.digest)
            return False
        return self._removals.remove_layer(repository, layer, now)

    def _used(self, repository: Repository, now: float) -> set[Digest]:
        uses = [(use.named, use.by, use.written_at) for use in self._removals.all_uses(repository.id)]
        there = self._removals.image_digests(repository.id)
        return {named for named, by, written_at in uses if by in there or written_at > now - USE_SECONDS}
