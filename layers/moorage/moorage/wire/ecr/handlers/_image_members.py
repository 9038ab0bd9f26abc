"""Members that ECR's operations on images share."""

from typing import Any

from moorage.domain.images.image import Image, ImageFilter
from moorage.domain.images.image_id import ImageFailure, ImageId
from moorage.domain.lifecycle.policy import StorageClass, TagStatus
from moorage.wire.operation import Members

_STORAGE_CLASSES = {
    "ACTIVE": frozenset({StorageClass.STANDARD}),
    "ARCHIVED": frozenset({StorageClass.ARCHIVE}),
    "ACTIVATING": frozenset(),  # an image is restored at once: its bytes stay in place
    "ANY": frozenset(StorageClass),
}


def ids_in(members: Members) -> tuple[ImageId, ...]:
    """The images that a request names."""
    return tuple(ImageId(each.get("imageDigest"), each.get("imageTag")) for each in members.get("imageIds", ()))


def id_of(image_id: ImageId) -> Members:
    """An id as it was asked for."""
    given = {"imageDigest": image_id.digest, "imageTag": image_id.tag}
    return {name: value for name, value in given.items() if value is not None}


def full_id(digest: object, tag: str | None) -> Members:
    """The id of an image that is there."""
    return {"imageDigest": str(digest), **({"imageTag": tag} if tag else {})}


def failure(failed: ImageFailure) -> Members:
    """One of a batch's failures."""
    return {"imageId": id_of(failed.image_id), "failureCode": failed.code.value, "failureReason": failed.reason}


def filter_in(members: Members) -> ImageFilter:
    """What a listing is limited to. Images that are named one by one are not, unless the request says so."""
    given: dict[str, Any] = members.get("filter", {})
    status = given.get("imageStatus", "ANY" if members.get("imageIds") else "ACTIVE")
    return ImageFilter(
        tag_status=TagStatus(given.get("tagStatus", "ANY").lower()), storage_classes=_STORAGE_CLASSES[status]
    )


def storage_classes(status: str) -> frozenset[StorageClass]:
    """The storage classes that a status in a filter stands for."""
    return _STORAGE_CLASSES[status]


def status_of(image: Image) -> str:
    """`imageStatus` of an image."""
    return "ARCHIVED" if image.is_archived else "ACTIVE"
