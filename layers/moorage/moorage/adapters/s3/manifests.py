"""Image manifests in S3: those that are too large for a record."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.adapters.s3 import keys
from moorage.adapters.s3.content import put_once
from moorage.adapters.s3.heads import MISSING
from moorage.domain.repositories.repository import Encryption

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Manifests:
    """Implements the port `ManifestStore`. Each docstring lists the calls to AWS."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def manifest_key(self, registry_id: str, push_id: str) -> str:
        """A key with the prefix of manifests."""
        return keys.manifest_key(registry_id, push_id)

    def put_manifest(self, object_key: str, content: bytes, encryption: Encryption) -> None:
        """One PutObject, under a key that has no object yet."""
        put_once(self._client, encryption, Bucket=self._bucket, Key=object_key, Body=content)

    def get_manifest(self, object_key: str) -> bytes | None:
        """One GetObject."""
        try:
            with translated_errors():
                return self._client.get_object(Bucket=self._bucket, Key=object_key)["Body"].read()
        except ClientError as error:
            if error_code(error) in MISSING:
                return None
            raise
