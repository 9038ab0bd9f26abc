"""The events that the registry sends, in the form of Amazon ECR's events, so that existing filters work."""

from dataclasses import dataclass
from datetime import UTC, datetime

from moorage.domain.images.image import Image, ImageTag
from moorage.domain.layer import Layer
from moorage.domain.uploads.upload import Upload

SOURCE = "moorage"
LAYER_ACTION = "Moorage Layer Action"
IMAGE_ACTION = "ECR Image Action"
REFERRER_ACTION = "ECR Referrer Action"
"""The `detail-type` of ECR's own events, and the one for artifacts with a subject (Amazon ECR User Guide, "Amazon ECR
events and EventBridge"). The source is ours: EventBridge accepts `aws.ecr` from AWS only."""


@dataclass(frozen=True, slots=True)
class RegistryEvent:
    """One event for the bus. It is delivered at least once; a layer's repetition has the same `upload-id`."""

    detail_type: str
    detail: dict[str, str | int]


def layer_pushed(layer: Layer) -> RegistryEvent:
    """The repository has a new layer."""
    return RegistryEvent(
        LAYER_ACTION,
        {
            "action-type": "PUSH",
            "result": "SUCCESS",
            "registry-id": layer.repository.registry_id,
            "repository-name": layer.repository.name,
            "layer-digest": str(layer.digest),
            "layer-size-in-bytes": layer.size_bytes,
            "layer-media-type": layer.media_type,
            "upload-id": layer.upload_id,
        },
    )


def push_failed(upload: Upload, reason: str) -> RegistryEvent:
    """The upload can never become a layer; `reason` is the name of ECR's exception."""
    detail: dict[str, str | int] = {
        "action-type": "PUSH",
        "result": "FAILURE",
        "failure-reason": reason,
        "registry-id": upload.repository.registry_id,
        "repository-name": upload.repository.name,
        "upload-id": upload.upload_id,
    }
    if upload.failure:
        detail["failure-message"] = upload.failure
    if upload.announced:
        detail["layer-digest"] = str(upload.announced.digest)
    return RegistryEvent(LAYER_ACTION, detail)


def image_pushed(image: Image) -> RegistryEvent:
    """The repository has a new image, which was pushed without a tag."""
    return _image_action("PUSH", image)


def image_deleted(image: Image) -> RegistryEvent:
    """The image is gone. Its tags have events of their own."""
    return _image_action("DELETE", image)


def tag_pushed(tag: ImageTag) -> RegistryEvent:
    """The tag points to this image now."""
    return _image_action("PUSH", tag, {"image-tag": tag.tag})


def tag_deleted(tag: ImageTag) -> RegistryEvent:
    """The tag is gone, alone or together with its image."""
    return _image_action("DELETE", tag, {"image-tag": tag.tag})


def storage_class_changed(image: Image) -> RegistryEvent:
    """The image was archived or restored."""
    detail: dict[str, str | int] = {"target-storage-class": image.storage_class.upper()}
    if not image.is_archived and image.restored_at is not None:
        restored = datetime.fromtimestamp(image.restored_at, UTC)
        detail["last-activated-at"] = restored.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _image_action("UPDATE_STORAGE_CLASS", image, detail)


def _image_action(action: str, about: Image | ImageTag, more: dict[str, str | int] | None = None) -> RegistryEvent:
    is_referrer = about.is_referrer if isinstance(about, ImageTag) else about.subject is not None
    detail: dict[str, str | int] = {
        "result": "SUCCESS",
        "repository-name": about.repository.name,
        "image-digest": str(about.digest),
        "action-type": action,
    }
    if about.media_type:
        detail["manifest-media-type"] = about.media_type
    if about.artifact_type:
        detail["artifact-media-type"] = about.artifact_type
    return RegistryEvent(REFERRER_ACTION if is_referrer else IMAGE_ACTION, detail | (more or {}))
