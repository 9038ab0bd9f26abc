"""The images of a repository as lifecycle rules see them, and what a decision does with one of them."""

from collections.abc import Iterator
from itertools import islice

from moorage.domain.digest import Digest
from moorage.domain.images.image import TaggedImage
from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.repositories.repository import Repository
from moorage.usecases.images._uses import is_used, users_of
from moorage.usecases.ports.images import Images
from moorage.usecases.ports.removals import Removals

PAGE_IMAGES = 1000


class RepositoryImages:
    """Implements the port `LifecycleImages`."""

    def __init__(self, images: Images, removals: Removals) -> None:
        self._images = images
        self._removals = removals

    def pages(self, repository: Repository) -> Iterator[list[LifecycleImage]]:
        """All images, in the order of their digests."""
        tagged = self._images.list_from(repository.id, None, PAGE_IMAGES)
        while page := [_as_rules_see_it(each) for each in islice(tagged, PAGE_IMAGES)]:
            yield page

    def expire(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        """Mark it, look for uses, remove it."""
        found = self._as_decided(repository, image)
        if found is None or not self._images.mark(found.image, now):
            return False
        if is_used(repository.id, found.image.digest, now, self._images, self._removals):
            self._images.keep_image(found.image)
            return False
        return self._removals.remove_image(found, now)

    def archive(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        """Archive it, unless an image that is not archived names it."""
        found = self._as_decided(repository, image)
        if found is None:
            return False
        users = users_of(repository.id, found.image.digest, self._images, self._removals)
        if not all(user.is_archived for user in users):
            return False
        return self._removals.archive_image(found, now)

    def _as_decided(self, repository: Repository, image: LifecycleImage) -> TaggedImage | None:
        """The image, if it is still as it was when it was evaluated."""
        found = self._images.read(repository.id, Digest.of(image.digest))
        if found is None:
            return None
        seen = _as_rules_see_it(found)
        is_same = (seen.pushed_at, set(seen.tags), seen.storage_class) == (
            image.pushed_at,
            set(image.tags),
            image.storage_class,
        )
        return found if is_same else None


def _as_rules_see_it(tagged: TaggedImage) -> LifecycleImage:
    image = tagged.image
    return LifecycleImage(
        digest=str(image.digest),
        pushed_at=image.pushed_at,
        tags=tagged.tags,
        pulled_at=image.pulled_at,
        storage_class=image.storage_class,
        archived_at=image.archived_at,
        restored_at=image.restored_at,
        names=tuple(str(child) for child in image.children),
        subject=None if image.subject is None else str(image.subject),
    )
