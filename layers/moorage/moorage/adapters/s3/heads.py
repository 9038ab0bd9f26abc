"""HeadObject. An error response to HEAD has no body, so botocore knows only the status."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.adapters.s3.checksums import stored_object
from moorage.domain.errors import EncryptionError
from moorage.usecases.ports.content import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
DENIED = "403"
"""A 403 comes from the key service, because our roles may read and list the bucket."""


def head_object(client: "S3Client", bucket: str, object_key: str) -> StoredObject | None:
    """The object with its checksums; None if there is none. Raises: EncryptionError, UnavailableError."""
    try:
        with translated_errors():
            answer = client.head_object(Bucket=bucket, Key=object_key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error_code(error) in MISSING:
            return None
        if error_code(error) == DENIED:
            raise EncryptionError("AccessDeniedException") from error
        raise
    return stored_object(answer)
