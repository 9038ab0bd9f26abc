"""DescribeImages: describes some images, or all images of a repository page by page."""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import ImageNotFoundError, InvalidParameterError
from moorage.domain.images.image import ALL_ACTIVE, ImageFilter, TaggedImage
from moorage.domain.images.image_id import ImageFailureCode, ImageId
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images._image_ids import find_images
from moorage.usecases.images.listing._list import examined
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeImages:
    """Either `image_ids`, or a page of at most `limit` images that starts with the digest `start`."""

    repository: RepositoryId
    image_ids: tuple[ImageId, ...] = ()
    filter: ImageFilter = ALL_ACTIVE
    start: Digest | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class ImagePage:
    """`next_start` is the digest with which the next page starts, None at the end."""

    images: list[TaggedImage]
    next_start: Digest | None = None


def describe_images(query: DescribeImages, ports: Ports) -> ImagePage:
    """Read them. Raises: RepositoryNotFoundError, ImageNotFoundError, InvalidParameterError."""
    if query.image_ids:
        return ImagePage(_describe_some(query, ports))
    find_repository(query.repository, ports)
    page: list[TaggedImage] = []
    for tagged, is_end in examined(query.repository, query.start, query.limit, ports):
        if is_end or len(page) == query.limit:
            return ImagePage(page, tagged.image.digest)
        if query.filter.passes(tagged):
            page.append(tagged)
    return ImagePage(page)


def _describe_some(query: DescribeImages, ports: Ports) -> list[TaggedImage]:
    found = find_images(query.repository, query.image_ids, ports)
    for failure in found.failures:
        if failure.code in (ImageFailureCode.NOT_FOUND, ImageFailureCode.TAG_DOES_NOT_MATCH_DIGEST):
            raise ImageNotFoundError(query.repository, failure.image_id)
        raise InvalidParameterError("imageIds", failure.reason)
    described = {}
    for image_id, image in found.images:
        # An image without tags is whole already; the tags of any other are read with it.
        tagged = ports.images.read(query.repository, image.digest) if image.tag_count else TaggedImage(image)
        if tagged is None:
            raise ImageNotFoundError(query.repository, image_id)
        described[image.digest] = tagged
    return [tagged for tagged in described.values() if query.filter.passes(tagged)]
