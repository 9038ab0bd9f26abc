"""Checks for uses of a layer or image that is marked for removal.

A push records what its image uses before it reads again that all of it is there (ADR 45). So of a push and a removal,
one always sees the other: the removal the use, or the push the mark.
"""

from moorage.domain.digest import Digest
from moorage.domain.images.image import USE_SECONDS, Image
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports.images import Images, Wanted
from moorage.usecases.ports.removals import Removals, Use

LOOKED_UP_TOGETHER = 90


def is_used(repository: RepositoryId, named: Digest, now: float, images: Images, removals: Removals) -> bool:
    """Whether an image uses it, or a push that may still commit one. Removes uses that a broken push left."""
    uses = removals.uses_of(repository, named)
    if any(use.written_at > now - USE_SECONDS for use in uses) or _images_of(repository, uses, images):
        return True
    for use in uses:
        removals.remove_use(repository, use)
    return False


def users_of(repository: RepositoryId, named: Digest, images: Images, removals: Removals) -> list[Image]:
    """The images that name a layer or an image."""
    return _images_of(repository, removals.uses_of(repository, named), images)


def _images_of(repository: RepositoryId, uses: list[Use], images: Images) -> list[Image]:
    found: list[Image] = []
    for start in range(0, len(uses), LOOKED_UP_TOGETHER):
        wanted = Wanted(digests=[use.by for use in uses[start : start + LOOKED_UP_TOGETHER]])
        found += images.look_up(repository, wanted).images.values()
    return found
