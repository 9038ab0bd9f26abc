"""The images of a repository as lifecycle rules see them."""

from collections.abc import Iterator

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
