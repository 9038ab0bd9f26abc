"""The one error table of the OCI protocol: code and HTTP status of each error.

Codes are those of the OCI Distribution Specification, "Error Codes". "Busy, try again" is TOOMANYREQUESTS with 429:
of all answers, it is the one that the most clients repeat (docs/adr/0060).
"""

from typing import Any

from moorage.domain import errors
from moorage.wire.errors import SERVER_FAULT_MESSAGE, ErrorShape
from moorage.wire.http import BrokenBodyError
from moorage.wire.oci.routes import MethodNotAllowedError

OCI_FAULT = ErrorShape("UNKNOWN", 500)
"""For errors that the table does not have. The specification has no code for them; distribution uses this one."""

UNAUTHORIZED = ErrorShape("UNAUTHORIZED", 401)
"""Also the answer to a caller for whom other credentials may make it possible (wire/oci/challenge.py)."""

ERROR_SHAPES: dict[type[errors.MoorageError], ErrorShape] = {
    errors.MalformedRequestError: ErrorShape("UNSUPPORTED", 400),
    BrokenBodyError: ErrorShape("BLOB_UPLOAD_INVALID", 400),
    errors.UnknownOperationError: ErrorShape("UNSUPPORTED", 404),
    MethodNotAllowedError: ErrorShape("UNSUPPORTED", 405),
    errors.InvalidParameterError: ErrorShape("UNSUPPORTED", 400),
    errors.InvalidCredentialsError: UNAUTHORIZED,
    errors.AccessDeniedError: ErrorShape("DENIED", 403),
    errors.RepositoryNotFoundError: ErrorShape("NAME_UNKNOWN", 404),
    errors.RepositoryAlreadyExistsError: ErrorShape("TOOMANYREQUESTS", 429),
    errors.UploadNotFoundError: ErrorShape("BLOB_UPLOAD_UNKNOWN", 404),
    errors.InvalidLayerPartError: ErrorShape("BLOB_UPLOAD_INVALID", 416),
    errors.EmptyUploadError: ErrorShape("DIGEST_INVALID", 400),
    errors.LayerPartTooSmallError: ErrorShape("SIZE_INVALID", 400),
    errors.InvalidLayerError: ErrorShape("DIGEST_INVALID", 400),
    errors.LayersNotFoundError: ErrorShape("BLOB_UNKNOWN", 404),
    errors.LayerInaccessibleError: ErrorShape("BLOB_UNKNOWN", 404),
    errors.ImageNotFoundError: ErrorShape("MANIFEST_UNKNOWN", 404),
    errors.ImageTagAlreadyExistsError: ErrorShape("DENIED", 403),
    errors.ImageDigestMismatchError: ErrorShape("DIGEST_INVALID", 400),
    errors.ReferencedImagesNotFoundError: ErrorShape("MANIFEST_BLOB_UNKNOWN", 404),
    errors.InUseError: ErrorShape("UNSUPPORTED", 405),
    errors.LimitExceededError: ErrorShape("SIZE_INVALID", 413),
    errors.EncryptionError: ErrorShape("DENIED", 403),
    errors.UnavailableError: ErrorShape("TOOMANYREQUESTS", 429),
    errors.VerificationInProgressError: ErrorShape("TOOMANYREQUESTS", 429),
}

MEMBER_CODES = {
    "repositoryName": "NAME_INVALID",
    "layerDigest": "DIGEST_INVALID",
    "digest": "DIGEST_INVALID",
    "digest-algorithm": "DIGEST_INVALID",
    "mount": "DIGEST_INVALID",
    "subject": "DIGEST_INVALID",
    "start": "DIGEST_INVALID",
    "from": "NAME_INVALID",
    "reference": "MANIFEST_INVALID",
    "imageTag": "MANIFEST_INVALID",
    "Content-Range": "BLOB_UPLOAD_INVALID",
}
"""The code of InvalidParameterError, by the member that it names; all have status 400."""

NEVER_ANSWERED = frozenset(
    {
        errors.InconsistentRecordsError,
        errors.LaterSchemaError,
        errors.LayerAlreadyExistsError,
        errors.ImageAlreadyExistsError,
        errors.RepositoryNotEmptyError,
        errors.TooManyTagsError,
        errors.InvalidTagError,
        errors.LifecyclePolicyNotFoundError,
        errors.LifecyclePreviewNotFoundError,
        errors.LifecyclePreviewInProgressError,
        errors.RepositoryPolicyNotFoundError,
        errors.RegistryPolicyNotFoundError,
        errors.TemplateNotFoundError,
        errors.TemplateAlreadyExistsError,
        errors.ExclusionNotFoundError,
        errors.ExclusionAlreadyExistsError,
    }
)
"""Errors that no operation of this protocol raises or lets out; should one appear, it is a fault of ours."""


def oci_error(error: Exception, *, needs_credentials: bool = False) -> tuple[ErrorShape, dict[str, Any]]:
    """Shape and body of any exception. An exception that is not in the table reveals nothing to the caller."""
    shape = UNAUTHORIZED if needs_credentials else _shape_of(error)
    text = SERVER_FAULT_MESSAGE if shape is OCI_FAULT else str(error)
    return shape, {"errors": [{"code": shape.name, "message": text}]}


def _shape_of(error: Exception) -> ErrorShape:
    match error:
        case errors.InvalidParameterError(member=member) if member.startswith("imageManifest"):
            return ErrorShape("MANIFEST_INVALID", 400)
        case errors.InvalidParameterError(member=member) if member in MEMBER_CODES:
            return ErrorShape(MEMBER_CODES[member], 400)
        case errors.LayersNotFoundError(for_image=True):
            return ErrorShape("MANIFEST_BLOB_UNKNOWN", 404)
    known = ERROR_SHAPES.get(type(error)) if isinstance(error, errors.MoorageError) else None
    return known or OCI_FAULT
