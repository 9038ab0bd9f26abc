"""Errors of requests for images."""

from collections.abc import Iterable

from moorage.domain.errors.base import MoorageError
from moorage.domain.repositories.repository import RepositoryId


class ImageNotFoundError(MoorageError):
    """The repository does not have the image; `image_id` is how its caller named it."""

    def __init__(self, repository: RepositoryId, image_id: object) -> None:
        super().__init__(
            f"The image with imageId {image_id} does not exist within the repository with name '{repository.name}' in "
            f"the registry with id '{repository.registry_id}'"
        )


class ImageAlreadyExistsError(MoorageError):
    """The repository has the image. If a tag was given, it already points to the image."""

    def __init__(self, repository: RepositoryId, digest: str, tag: str | None) -> None:
        tagged = f" and tag '{tag}'" if tag else ""
        super().__init__(
            f"Image with digest '{digest}'{tagged} already exists in the repository with name '{repository.name}' in "
            f"registry with id '{repository.registry_id}'"
        )


class ImageTagAlreadyExistsError(MoorageError):
    """The tag points to another image, and the repository's tag mutability does not let it move."""

    def __init__(self, repository: RepositoryId, tag: str) -> None:
        super().__init__(
            f"The image tag '{tag}' already exists in the '{repository.name}' repository in registry with id "
            f"'{repository.registry_id}' and cannot be overwritten because the tag is immutable"
        )


class ImageDigestMismatchError(MoorageError):
    """The manifest's digest differs from the digest in the request."""

    def __init__(self, given: str, calculated: str) -> None:
        super().__init__(
            f"The image digest '{given}' does not match the digest that was calculated of the manifest, '{calculated}'"
        )


class ReferencedImagesNotFoundError(MoorageError):
    """The repository does not have these images, which an index names."""

    def __init__(self, repository: RepositoryId, digests: Iterable[str]) -> None:
        super().__init__(
            f"Images with digests '[{', '.join(digests)}]' required for pushing image into repository with name "
            f"'{repository.name}' in the registry with id '{repository.registry_id}' do not exist"
        )


class InUseError(MoorageError):
    """An image of the repository names this layer or image, so it cannot be deleted."""

    def __init__(self, repository: RepositoryId, digest: str) -> None:
        super().__init__(
            f"'{digest}' cannot be deleted from the repository with name '{repository.name}' in the registry with id "
            f"'{repository.registry_id}' because an image names it; delete that image first"
        )
