"""The one error table of ECR's JSON protocol: name, HTTP status and further members of each error.

ECR's statuses are not documented; 400 for everything that is the caller's fault is what clients know. "Busy, try
again" is ServerException with 503, the one answer that every SDK repeats by itself.

An operation answers the exceptions that the API's model declares for it, and those of ALWAYS. Any other error becomes
SERVER_FAULT: an SDK wouldn't know what to do with it.
"""

from typing import Any

from moorage.domain import errors
from moorage.wire.errors import SERVER_FAULT, SERVER_FAULT_MESSAGE, ErrorShape


def _layer_part(error: errors.InvalidLayerPartError) -> dict[str, Any]:
    return {
        "registryId": error.upload.repository.registry_id,
        "repositoryName": error.upload.repository.name,
        "uploadId": error.upload.upload_id,
        # The model allows no number below 0, and some SDKs cannot read an error without it: docs/adr/0005.
        "lastValidByteReceived": max(error.last_valid_byte, 0),
    }


def _kms(error: errors.EncryptionError) -> dict[str, Any]:
    return {"kmsError": error.kms_error}


ERROR_SHAPES: dict[type[errors.MoorageError], ErrorShape] = {
    errors.MalformedRequestError: ErrorShape("SerializationException"),
    errors.UnknownOperationError: ErrorShape("UnknownOperationException"),
    errors.InvalidParameterError: ErrorShape("InvalidParameterException"),
    errors.InvalidCredentialsError: ErrorShape("AccessDeniedException"),
    errors.AccessDeniedError: ErrorShape("AccessDeniedException"),
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
    errors.LayerInaccessibleError: ErrorShape("LayerInaccessibleException"),
    errors.ImageNotFoundError: ErrorShape("ImageNotFoundException"),
    errors.ImageAlreadyExistsError: ErrorShape("ImageAlreadyExistsException"),
    errors.ImageTagAlreadyExistsError: ErrorShape("ImageTagAlreadyExistsException"),
    errors.ImageDigestMismatchError: ErrorShape("ImageDigestDoesNotMatchException"),
    errors.ReferencedImagesNotFoundError: ErrorShape("ReferencedImagesNotFoundException"),
    errors.TooManyTagsError: ErrorShape("TooManyTagsException"),
    errors.InvalidTagError: ErrorShape("InvalidTagParameterException"),
    errors.LifecyclePolicyNotFoundError: ErrorShape("LifecyclePolicyNotFoundException"),
    errors.LifecyclePreviewNotFoundError: ErrorShape("LifecyclePolicyPreviewNotFoundException"),
    errors.LifecyclePreviewInProgressError: ErrorShape("LifecyclePolicyPreviewInProgressException"),
    errors.RepositoryPolicyNotFoundError: ErrorShape("RepositoryPolicyNotFoundException"),
    errors.RegistryPolicyNotFoundError: ErrorShape("RegistryPolicyNotFoundException"),
    errors.TemplateNotFoundError: ErrorShape("TemplateNotFoundException"),
    errors.TemplateAlreadyExistsError: ErrorShape("TemplateAlreadyExistsException"),
    errors.ExclusionNotFoundError: ErrorShape("ExclusionNotFoundException"),
    errors.ExclusionAlreadyExistsError: ErrorShape("ExclusionAlreadyExistsException"),
    errors.LimitExceededError: ErrorShape("LimitExceededException"),
    errors.EncryptionError: ErrorShape("KmsException", members=_kms),
    errors.UnavailableError: ErrorShape("ServerException", 503),
    errors.VerificationInProgressError: ErrorShape("ServerException", 503),
}
NEVER_ANSWERED = frozenset({errors.InconsistentRecordsError, errors.LaterSchemaError, errors.InUseError})
"""Errors that no operation of this protocol raises or lets out; BatchDeleteImage lists what is in use as failures."""
ALWAYS = frozenset(
    {
        "AccessDeniedException",
        "InvalidParameterException",
        "SerializationException",
        "UnknownOperationException",
    }
)
"""Exceptions that any operation may answer, declared or not: of the protocol, of access, of the request's form."""


def error_body(error: Exception, declared: frozenset[str]) -> tuple[ErrorShape, dict[str, Any]]:
    """Shape and body of any exception, for an operation that declares these exceptions."""
    shape = _shape_of(error, declared)
    if shape is SERVER_FAULT:
        return shape, {"__type": shape.name, "message": SERVER_FAULT_MESSAGE}
    return shape, {"__type": shape.name, "message": str(error), **shape.members(error)}


def _shape_of(error: Exception, declared: frozenset[str]) -> ErrorShape:
    shape = ERROR_SHAPES.get(type(error)) if isinstance(error, errors.MoorageError) else None
    if shape is None:
        return SERVER_FAULT
    return shape if shape.name in declared | ALWAYS else SERVER_FAULT
