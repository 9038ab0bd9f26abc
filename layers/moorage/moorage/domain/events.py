"""The events that the registry sends, in the form of Amazon ECR's events, so that existing filters work."""

from dataclasses import dataclass

from moorage.domain.layer import Layer
from moorage.domain.uploads.upload import Upload

SOURCE = "moorage"
LAYER_ACTION = "Moorage Layer Action"


@dataclass(frozen=True, slots=True)
class RegistryEvent:
    """One event for the bus. It is delivered at least once; a repetition has the same `upload-id`."""

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
