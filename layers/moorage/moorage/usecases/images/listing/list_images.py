"""ListImages: the ids of a repository's images, page by page: each tag with its digest, and digests without a tag."""

from collections.abc import Iterator
from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.images.image import ALL_ACTIVE, ImageFilter, TaggedImage
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images.listing._list import examined
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True)
class ListedId:
    """An image's digest and one of its tags; "" where it has none."""

    digest: Digest
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListImages:
    """A page of at most `limit` ids that starts with the id `start`."""

    repository: RepositoryId
    filter: ImageFilter = ALL_ACTIVE
    start: ListedId | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class IdPage:
    """`next_start` is the id with which the next page starts, None at the end."""

    ids: list[ListedId]
    next_start: ListedId | None = None


def list_images(query: ListImages, ports: Ports) -> IdPage:
    """Read one page. Raises: RepositoryNotFoundError."""
    find_repository(query.repository, ports)
    page: list[ListedId] = []
    start = query.start.digest if query.start else None
    for tagged, is_end in examined(query.repository, start, query.limit, ports):
        if is_end:
            return IdPage(page, ListedId(tagged.image.digest))
        for listed in _ids(tagged, query):
            if len(page) == query.limit:
                return IdPage(page, listed)
            page.append(listed)
    return IdPage(page)


def _ids(tagged: TaggedImage, query: ListImages) -> Iterator[ListedId]:
    """The ids of one image, without those before the page's start."""
    digest, start = tagged.image.digest, query.start
    if not query.filter.passes(tagged):
        return
    for tag in tagged.tags or ("",):
        if start is None or digest != start.digest or tag >= start.tag:
            yield ListedId(digest, tag)
