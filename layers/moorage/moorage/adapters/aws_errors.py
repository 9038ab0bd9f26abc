"""Translates AWS's errors to errors of the use cases. The names of AWS's errors are in this module only.

`translated_errors()` surrounds every call. It passes on errors that it does not know; the entry point logs them once
and answers a plain server error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's error for a failed connection
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from pynamodb.exceptions import PynamoDBException

from moorage.domain.errors import EncryptionError, UnavailableError

_PASSING = frozenset(
    {
        "BandwidthLimitExceeded",
        "ConditionalRequestConflict",
        "InternalError",
        "InternalServerError",
        "LimitExceededException",
        "OperationAborted",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)

_BROKEN_CONNECTIONS = (ConnectionError, HTTPClientError, IncompleteReadError, FlexibleChecksumError)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn AWS's errors into UnavailableError or EncryptionError; pass every other error on."""
    try:
        yield
    except ClientError as error:
        meaning = _meaning_of(error.response)
        if meaning is None:
            raise
        raise meaning from error
    except _BROKEN_CONNECTIONS as error:
        raise UnavailableError from error
    except PynamoDBException as error:
        meaning = _meaning_of_cause(error.cause)
        if meaning is None:
            raise
        raise meaning from error


def error_code(error: ClientError) -> str:
    """The error's code, as S3 and DynamoDB write it ("404" for a HEAD, which has no code)."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _meaning_of_cause(cause: Exception | None) -> Exception | None:
    if isinstance(cause, ClientError):
        # PynamoDB's error lacks the HTTP status; its cause, botocore's error, has it.
        original = cause.__cause__
        return _meaning_of(original.response if isinstance(original, ClientError) else cause.response)
    return UnavailableError() if isinstance(cause, BotoCoreError) else None


def _meaning_of(response: Any) -> Exception | None:
    code = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _PASSING or "Throttl" in code or status >= 500 or status == 429:
        return UnavailableError()
    if code.startswith("KMS"):
        return EncryptionError(code.removeprefix("KMS."))
    if code.startswith("AccessDenied") and "kms:" in message:
        return EncryptionError("AccessDeniedException")
    return None
