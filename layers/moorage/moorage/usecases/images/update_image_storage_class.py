"""UpdateImageStorageClass: archive an image, or restore it. It is a status: the bytes stay (docs/adr/0050)."""

from dataclasses import dataclass, replace

from moorage.domain.errors import ImageNotFoundError, InvalidParameterError
from moorage.domain.images.image import Image
from moorage.domain.images.image_id import ImageFailureCode, ImageId
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images._image_ids import find_images
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateImageStorageClass:
    """The image, and the storage class that it is to have."""

    repository: RepositoryId
    image_id: ImageId
    storage_class: StorageClass


def update_image_storage_class(command: UpdateImageStorageClass, ports: Ports) -> Image:
    """The image as it is now. Raises: RepositoryNotFoundError, ImageNotFoundError, InvalidParameterError."""
    found = find_images(command.repository, [command.image_id], ports)
    for failure in found.failures:
        if failure.code in (ImageFailureCode.NOT_FOUND, ImageFailureCode.TAG_DOES_NOT_MATCH_DIGEST):
            raise ImageNotFoundError(command.repository, command.image_id)
        raise InvalidParameterError("imageId", failure.reason)
    ((_, image),) = found.images
    if image.storage_class is command.storage_class:
        return image
    if not ports.images.change_storage_class(image, command.storage_class, ports.now()):
        raise ImageNotFoundError(command.repository, command.image_id)
    return replace(image, storage_class=command.storage_class)
