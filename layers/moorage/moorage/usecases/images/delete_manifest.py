"""Delete what a reference names: a tag alone, or by digest the image with all of its tags (docs/adr/0063)."""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import InUseError, UnavailableError
from moorage.domain.images.image_id import ImageId
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images._delete_image import delete_image
from moorage.usecases.images.find_image import FindImage, find_image
from moorage.usecases.ports import Ports

ATTEMPTS = 4
"""Maximum number of attempts while other requests move the tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteManifest:
    """A tag, or the digest of an image."""

    repository: RepositoryId
    image_id: ImageId


def delete_manifest(command: DeleteManifest, ports: Ports) -> Digest:
    """The digest of the image that was deleted or has lost the tag. An image without a tag stays.

    Raises: AccessDeniedError, RepositoryNotFoundError, ImageNotFoundError, InUseError for the digest of an image that
    an index names, UnavailableError.
    """
    for _ in range(ATTEMPTS):
        image = find_image(FindImage(repository=command.repository, image_id=command.image_id), ports)
        if command.image_id.tag is not None:
            is_done = ports.images.remove_tags(image, [command.image_id.tag])
        elif not (is_done := delete_image(image, ports)):
            raise InUseError(command.repository, str(image.digest))
        if is_done:
            return image.digest
    raise UnavailableError
