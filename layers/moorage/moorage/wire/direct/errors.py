"""The one error table of the direct upload API: ECR's name for each error, and the HTTP status. The names are those of
ECR's table, and so are the statuses that this one leaves out.
"""

from typing import Any

from moorage.domain import errors
from moorage.wire.ecr.errors import ERROR_SHAPES
from moorage.wire.errors import SERVER_FAULT, SERVER_FAULT_MESSAGE, ErrorShape

DIRECT_STATUSES: dict[type[errors.MoorageError], int] = {
    errors.MalformedRequestError: 400,
    errors.UnknownOperationError: 404,
    errors.InvalidParameterError: 400,
    errors.InvalidCredentialsError: 403,
    errors.AccessDeniedError: 403,
    errors.RepositoryNotFoundError: 404,
    errors.RepositoryAlreadyExistsError: 409,
    errors.RepositoryNotEmptyError: 409,
    errors.UploadNotFoundError: 404,
    errors.InvalidLayerPartError: 422,
    errors.EmptyUploadError: 422,
    errors.LayerPartTooSmallError: 422,
    errors.InvalidLayerError: 422,
    errors.LayerAlreadyExistsError: 409,
    errors.LayersNotFoundError: 404,
    errors.TooManyTagsError: 400,
    errors.InvalidTagError: 400,
    errors.LimitExceededError: 413,
    errors.EncryptionError: 400,
    errors.UnavailableError: 503,
    errors.VerificationInProgressError: 503,
}


def direct_error(error: Exception) -> tuple[ErrorShape, dict[str, Any]]:
    """Shape and body of any exception. An exception that is not in the table reveals nothing to the caller."""
    known = ERROR_SHAPES.get(type(error)) if isinstance(error, errors.MoorageError) else None
    if known is None or not isinstance(error, errors.MoorageError):
        return SERVER_FAULT, {"code": SERVER_FAULT.name, "message": SERVER_FAULT_MESSAGE}
    shape = ErrorShape(known.name, DIRECT_STATUSES.get(type(error), known.status))
    return shape, {"code": shape.name, "message": str(error), **known.members(error)}


def reason_of(error: errors.MoorageError) -> str:
    """The name of ECR's exception for an error."""
    return ERROR_SHAPES[type(error)].name
