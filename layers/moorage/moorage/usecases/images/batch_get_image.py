"""BatchGetImage: the manifests of images, which is how a pull begins."""

from contextlib import suppress
from dataclasses import dataclass

from moorage.domain.errors import EncryptionError, InconsistentRecordsError, LimitExceededError, MoorageError
from moorage.domain.images.image import PULL_TIME_SECONDS, Image
from moorage.domain.images.image_id import ImageFailure, ImageFailureCode, ImageId
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images._image_ids import find_images
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchGetImage:
    """Up to 100 images; no media type is accepted but those of `accepted`, unless it is empty.

    `principals` are the names of the caller, whose pulls may be excluded from the record.
    """

    repository: RepositoryId
    image_ids: tuple[ImageId, ...]
    accepted: frozenset[str] = frozenset()
    principals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PulledImage:
    """An image as it was asked for, and its manifest's bytes."""

    image_id: ImageId
    image: Image
    content: bytes


@dataclass(frozen=True, slots=True)
class PulledImages:
    """Each image asked for is in one of the lists."""

    images: list[PulledImage]
    failures: list[ImageFailure]


def batch_get_image(query: BatchGetImage, ports: Ports) -> PulledImages:
    """Read them. Raises: RepositoryNotFoundError, LimitExceededError for more than one answer can hold."""
    found = find_images(query.repository, query.image_ids, ports, query.principals)
    refused = [failure for each, image in found.images if (failure := _refuse(each, image, query))]
    failed = {failure.image_id for failure in refused}
    images = [(each, image) for each, image in found.images if each not in failed]
    _require_room(sum(image.manifest_bytes for _, image in images), ports)
    read = [(each, image, _read(each, image, ports)) for each, image in images]
    pulled = [PulledImage(each, image, content) for each, image, content in read if isinstance(content, bytes)]
    if not found.is_excluded:
        for image in {each.image.digest: each.image for each in pulled}.values():
            _record_pull(image, ports)
    unread = [content for _, _, content in read if isinstance(content, ImageFailure)]
    return PulledImages(pulled, [*found.failures, *refused, *unread])


def content_of(image: Image, ports: Ports) -> bytes:
    """The manifest's bytes. Raises: InconsistentRecordsError if its object is gone, EncryptionError."""
    if image.content is not None:
        return image.content
    content = ports.manifests.get_manifest(image.object_key) if image.object_key else None
    if content is None:
        raise InconsistentRecordsError(f"image {image.digest} of {image.repository} has no manifest")
    return content


def _read(each: ImageId, image: Image, ports: Ports) -> bytes | ImageFailure:
    try:
        return content_of(image, ports)
    except EncryptionError as error:
        return ImageFailure(each, ImageFailureCode.KMS_ERROR, str(error), error)


def _refuse(each: ImageId, image: Image, query: BatchGetImage) -> ImageFailure | None:
    if query.accepted and image.media_type not in query.accepted:
        reason = f"The image's media type, {image.media_type}, is none of the accepted media types"
        return ImageFailure(each, ImageFailureCode.NOT_FOUND, reason)
    if image.is_archived:
        return ImageFailure(each, ImageFailureCode.INACCESSIBLE, "The image is archived; restore it first")
    return None


def _require_room(manifest_bytes: int, ports: Ports) -> None:
    if manifest_bytes > ports.limits.max_answer_bytes:
        raise LimitExceededError(
            f"The manifests of these images have {manifest_bytes} bytes, more than one answer can have "
            f"({ports.limits.max_answer_bytes}); ask for fewer images at a time"
        )


def _record_pull(image: Image, ports: Ports) -> None:
    if image.pulled_at is not None and image.pulled_at > ports.now() - PULL_TIME_SECONDS:
        return
    with suppress(MoorageError):  # a pull does not fail because its time cannot be written
        ports.images.record_pull(image, ports.now())
