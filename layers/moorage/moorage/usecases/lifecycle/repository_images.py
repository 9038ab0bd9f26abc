"""The images of a repository as lifecycle rules see them."""

from collections.abc import Iterator

from moorage.domain.layer import Layer
from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.repository import Repository


class RepositoryImages:
    """Implements the port `LifecycleImages`. Until images can be pushed, every repository is empty."""

    def pages(self, repository: Repository) -> Iterator[list[LifecycleImage]]:
        """None."""
        del repository
        yield []

    def expire(self, repository: Repository, image: LifecycleImage) -> bool:
        """There is nothing to delete."""
        del repository, image
        return False

    def archive(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        """There is nothing to archive."""
        del repository, image, now
        return False


class KeptLayers:
    """Implements the port `UnusedLayers`. Until images say which layers they use, all of them are kept."""

    def candidates(self, repository: Repository, unused_since: float) -> Iterator[list[Layer]]:
        """None."""
        del repository, unused_since
        yield []

    def unlink(self, repository: Repository, layer: Layer, unused_since: float) -> bool:
        """There is nothing to unlink."""
        del repository, layer, unused_since
        return False
