"""SSE-KMS as S3 does it: S3 checks the key when an upload begins, and uses its own key if the request names none.

SeaweedFS encrypts with keys of the embedded KMS, but checks the key at the first part only, and answers 500 if it is
missing.

"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from moorage_local.stack.resources import client

DEFAULT_KEY = "alias/aws/s3"
Hooks = Iterator[tuple[str, Callable[..., Any]]]
OPERATIONS = ("CreateMultipartUpload", "PutObject", "CopyObject")
_UNUSABLE = {"Disabled": "DisabledException"}
"""Key state → KMS's error. Every other state except Enabled gives KMSInvalidStateException."""


class EncryptionKeys:
    """Checks keys in the S3 calls of this process before they are sent."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Keys are looked up in the embedded KMS."""
        self._kms = client("kms", variables)

    def hooks(self) -> Hooks:
        """botocore's event names and the handlers to register for them."""
        for operation in OPERATIONS:
            yield f"provide-client-params.s3.{operation}", self._check

    def _check(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any] | None:
        """The parameters with the key's ARN. Raises: ClientError in S3's words, if the key cannot be used."""
        if not str(params.get("ServerSideEncryption", "")).startswith("aws:kms"):
            return None
        key = params.get("SSEKMSKeyId", DEFAULT_KEY)
        try:
            state = self._kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
        except ClientError as error:
            raise _refused(model.name, error.response["Error"]["Code"], error.response["Error"]["Message"]) from error
        if state != "Enabled":
            code = _UNUSABLE.get(state, "KMSInvalidStateException")
            raise _refused(model.name, code, f"{key} is {state}")
        return {**params, "SSEKMSKeyId": key}


def _refused(operation: str, code: str, message: str) -> ClientError:
    """KMS's error as S3 answers it: the name with the prefix `KMS.`, and status 400."""
    response: Any = {
        "Error": {"Code": f"KMS.{code}", "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
    }
    return ClientError(response, operation)
