"""BatchDeleteImage: by tag the tag, and the image with its last tag; by digest the image with all of its tags."""

from dataclasses import dataclass

from moorage.domain.images.image import Image
from moorage.domain.images.image_id import ImageFailure, ImageFailureCode, ImageId
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images._delete_image import delete_image
from moorage.usecases.images._image_ids import find_images
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDeleteImage:
    """Up to 100 images."""

    repository: RepositoryId
    image_ids: tuple[ImageId, ...]


@dataclass(frozen=True, slots=True)
class DeletedImages:
    """Each id is in one of the lists; those of what was deleted have their digest."""

    deleted: list[ImageId]
    failures: list[ImageFailure]


def batch_delete_image(command: BatchDeleteImage, ports: Ports) -> DeletedImages:
    """Delete them, indexes before what they name. Raises: RepositoryNotFoundError."""
    found = find_images(command.repository, command.image_ids, ports)
    waiting, deleted = list(found.images), list[ImageId]()
    while waiting:
        left = [(each, image) for each, image in waiting if not _delete(each, image, ports)]
        gone = [(each, image) for each, image in waiting if (each, image) not in left]
        deleted += [ImageId(str(image.digest), each.tag) for each, image in gone]
        if not gone:
            break
        waiting = left  # an index that is gone by now may have kept them
    failures = [ImageFailure(each, ImageFailureCode.REFERENCED, _REASON) for each, _ in waiting]
    return DeletedImages(deleted, [*found.failures, *failures])


_REASON = "Requested image referenced by manifest list"


def _delete(each: ImageId, image: Image, ports: Ports) -> bool:
    """Whether it is done; False if an index names the image."""
    if each.tag is None:
        return delete_image(image, ports)
    ports.images.remove_tags(image, [each.tag])
    present = ports.images.read(image.repository, image.digest)
    if present is not None and not present.tags:
        delete_image(present.image, ports)  # an image that an index names stays, without a tag
    return True
