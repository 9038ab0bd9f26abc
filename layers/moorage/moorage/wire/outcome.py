"""The one line in the log about a request, a message or a stream record, the same for every protocol.

A request that changes something has one line, whether it succeeds or fails. A request that only reads has one only if
it fails.

A denied request has `refused`. It has `reason` if the response does not give the reason. The first challenge to a
client of the OCI protocol is not a refusal.

`request_id` is API Gateway's (the access log has the same), the message's or the stream record's. The other fields name
the caller and what the request was about.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moorage.domain.caller import Call
from moorage.domain.errors import AccessDeniedError, InvalidCredentialsError
from moorage.domain.token import TokenError
from moorage.wire.errors import SERVER_FAULT, ErrorShape
from moorage.wire.http import HttpResponse

_SUBJECTS = {
    "registry": ("registryId",),
    "repository": ("repositoryName",),
    "upload": ("uploadId",),
    "digest": ("layerDigest", "imageDigest", "layerDigests"),
    "tag": ("imageTag",),
    "images": ("imageIds",),
    "resource": ("resourceArn", "prefix", "principalArn", "name"),
}
"""Field in the log: the members that may hold it, of the answer or else of the request."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What happened, for metrics, beside the answer itself; `error` is the exception's name on the wire.

    `is_refusal` tells whether the caller had no right, or no valid credentials.
    """

    operation: str
    error: str | None
    response: HttpResponse
    is_refusal: bool = False


def log_success(
    log: logging.Logger, operation: str, call: Call, *about: Mapping[str, Any] | None, outcome: str = "Success"
) -> None:
    """A change that was carried out; `about` are the members of the answer, then those of the request."""
    log.info("%s: %s", operation, outcome, extra=_fields(operation, call, about) | {"outcome": outcome})


def log_refusal(
    log: logging.Logger, operation: str, call: Call, error: Exception, shape: ErrorShape, members: Mapping[str, Any]
) -> None:
    """A refusal: our own faults with their stack trace, the caller's in one line."""
    extra = _fields(operation, call, [members]) | {"outcome": shape.name}
    if is_refusal(error, shape):
        extra |= {"refused": True}
    if isinstance(error.__cause__, AccessDeniedError | TokenError):
        extra |= {"reason": str(error.__cause__)}
    if shape.status == SERVER_FAULT.status:
        log.error("%s failed", operation, exc_info=error, extra=extra)
    elif shape.status >= 500:
        log.warning("%s could not be answered now", operation, exc_info=error, extra=extra)
    else:
        log.info("%s refused: %s: %s", operation, shape.name, error, extra=extra)


def is_refusal(error: Exception, shape: ErrorShape) -> bool:
    """Whether the caller had no right to do this, also where the answer hides it, or came with invalid credentials."""
    is_denied = isinstance(error, AccessDeniedError) or isinstance(error.__cause__, AccessDeniedError)
    is_challenge = shape.status == 401
    return isinstance(error, InvalidCredentialsError) or (is_denied and not is_challenge)


def _fields(operation: str, call: Call, about: Any) -> dict[str, Any]:
    known = [members for members in about if members]
    found = {
        field: next((members[name] for members in known for name in names if name in members), None)
        for field, names in _SUBJECTS.items()
    }
    return {
        "operation": operation,
        "request_id": call.request_id,
        "caller": call.caller.name,
        "source_ip": call.source_ip,
        **{field: value for field, value in found.items() if value is not None},
    }
