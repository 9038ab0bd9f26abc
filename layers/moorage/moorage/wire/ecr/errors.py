"""How each refusal is spelled in ECR's JSON protocol: name, HTTP status, further members. The only such table.

ECR's statuses are not documented; 400 for everything that is the caller's is what clients know. "Busy, try again"
is ServerException with 503, the one answer that every SDK repeats by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moorage.domain import errors


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """The wire form of an error class; `members` gives what the model declares beyond `message`."""

    name: str
    status: int = 400
    members: Callable[[Any], dict[str, Any]] = lambda _: {}


def _layer_part(error: errors.InvalidLayerPartError) -> dict[str, Any]:
    return {
        "registryId": error.registry_id,
        "repositoryName": error.repository_name,
        "uploadId": error.upload_id,
        # The model allows no number below 0, and some SDKs cannot read an error without it: docs/adr/0005.
        "lastValidByteReceived": max(error.last_valid_byte, 0),
    }


def _kms(error: errors.EncryptionError) -> dict[str, Any]:
    return {"kmsError": error.kms_error}


ERROR_SHAPES: dict[type[errors.MoorageError], ErrorShape] = {
    errors.MalformedRequestError: ErrorShape("SerializationException"),
    errors.UnknownOperationError: ErrorShape("UnknownOperationException"),
    errors.InvalidParameterError: ErrorShape("InvalidParameterException"),
    errors.RepositoryNotFoundError: ErrorShape("RepositoryNotFoundException"),
    errors.RepositoryAlreadyExistsError: ErrorShape("RepositoryAlreadyExistsException"),
    errors.RepositoryNotEmptyError: ErrorShape("RepositoryNotEmptyException"),
    errors.UploadNotFoundError: ErrorShape("UploadNotFoundException"),
    errors.InvalidLayerPartError: ErrorShape("InvalidLayerPartException", members=_layer_part),
    errors.EmptyUploadError: ErrorShape("EmptyUploadException"),
    errors.LayerPartTooSmallError: ErrorShape("LayerPartTooSmallException"),
    errors.InvalidLayerError: ErrorShape("InvalidLayerException"),
    errors.LayerAlreadyExistsError: ErrorShape("LayerAlreadyExistsException"),
    errors.LayersNotFoundError: ErrorShape("LayersNotFoundException"),
    errors.TooManyTagsError: ErrorShape("TooManyTagsException"),
    errors.InvalidTagError: ErrorShape("InvalidTagParameterException"),
    errors.LifecyclePolicyNotFoundError: ErrorShape("LifecyclePolicyNotFoundException"),
    errors.LifecyclePreviewNotFoundError: ErrorShape("LifecyclePolicyPreviewNotFoundException"),
    errors.LifecyclePreviewInProgressError: ErrorShape("LifecyclePolicyPreviewInProgressException"),
    errors.TemplateNotFoundError: ErrorShape("TemplateNotFoundException"),
    errors.TemplateAlreadyExistsError: ErrorShape("TemplateAlreadyExistsException"),
    errors.ExclusionNotFoundError: ErrorShape("ExclusionNotFoundException"),
    errors.ExclusionAlreadyExistsError: ErrorShape("ExclusionAlreadyExistsException"),
    errors.LimitExceededError: ErrorShape("LimitExceededException"),
    errors.EncryptionError: ErrorShape("KmsException", members=_kms),
    errors.UnavailableError: ErrorShape("ServerException", 503),
    errors.VerificationInProgressError: ErrorShape("ServerException", 503),
}
WITHOUT_KMS = frozenset({"BatchCheckLayerAvailability", "DescribeRepositories", "GetDownloadUrlForLayer"})
"""Operations for which the model declares no KmsException: SDKs know no such error of theirs."""
SERVER_FAULT = ErrorShape("ServerException", 500)
SERVER_FAULT_MESSAGE = "The registry could not answer this request; its operator's log says why"


def error_body(error: Exception, operation: str) -> tuple[ErrorShape, dict[str, Any]]:
    """Shape and body of any exception; one that is not in the table tells the caller nothing of itself."""
    shape = ERROR_SHAPES.get(type(error)) if isinstance(error, errors.MoorageError) else None
    if shape is None or (isinstance(error, errors.EncryptionError) and operation in WITHOUT_KMS):
        return SERVER_FAULT, {"__type": SERVER_FAULT.name, "message": SERVER_FAULT_MESSAGE}
    return shape, {"__type": shape.name, "message": str(error), **shape.members(error)}
