"""Looks up one image by its tag or digest, without its manifest."""

from dataclasses import dataclass

from moorage.domain.errors import ImageNotFoundError
from moorage.domain.images.image import Image
from moorage.domain.images.image_id import ImageId
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images._image_ids import find_images
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class FindImage:
    """An image of a repository."""

    repository: RepositoryId
    image_id: ImageId


def find_image(query: FindImage, ports: Ports) -> Image:
    """Its record, in one read or in two where a tag has to be followed.

    Raises: RepositoryNotFoundError, ImageNotFoundError (also if it is archived, since it cannot be pulled).
    """
    found = find_images(query.repository, [query.image_id], ports)
    if not found.images or found.images[0][1].is_archived:
        raise ImageNotFoundError(query.repository, query.image_id)
    return found.images[0][1]
