"""Paging for listings of images. A page ends after a maximum number of images."""

from collections.abc import Iterator

from moorage.domain.digest import Digest
from moorage.domain.images.image import TaggedImage
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports

MAX_EXAMINED = 2000
"""Maximum number of images that one request reads. A filter can leave fewer in the page, or none, with a token."""


def examined(
    repository: RepositoryId, start: Digest | None, limit: int, ports: Ports
) -> Iterator[tuple[TaggedImage, bool]]:
    """The images from `start` on, each with whether it is only the place where the next page has to start."""
    page_size = min(4 * (limit + 1), MAX_EXAMINED)  # records: images, and their tags
    for number, tagged in enumerate(ports.images.list_from(repository, start, page_size)):
        yield tagged, number == MAX_EXAMINED
