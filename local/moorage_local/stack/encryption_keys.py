"""SSE-KMS as S3 does it: the key is asked for when an upload begins, and S3 has a key of its own where none is named.

SeaweedFS encrypts with keys of the embedded KMS, but notices a key that is missing only at the first part, and answers
that with a 500.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from moorage_local.stack.resources import client

DEFAULT_KEY = "alias/aws/s3"
Hooks = Iterator[tuple[str, Callable[..., Any]]]
OPERATIONS = ("CreateMultipartUpload", "PutObject", "CopyObject")
_UNUSABLE = {"Disabled": "DisabledException"}
"""Key state → the error KMS gives for it; KMSInvalidStateException for every other that is not Enabled."""


class EncryptionKeys:
    """Checks keys in the S3 calls of this process before they are sent."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Keys are looked up in the embedded KMS."""
        self._kms = client("kms", variables)

    def hooks(self) -> Hooks:
        """What to register for which of botocore's events."""
        for operation in OPERATIONS:
            yield f"provide-client-params.s3.{operation}", self._check

    def _check(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any] | None:
        """The parameters with a key that is there, to replace those given; ClientError in S3's words if it is not."""
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
    """S3 passes KMS's errors on under their own names, with `KMS.` before them and status 400."""
    response: Any = {
        "Error": {"Code": f"KMS.{code}", "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
    }
    return ClientError(response, operation)
