"""Removal from S3. Only the reaper and fsck's repair have this adapter and the permission for it."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.adapters.s3.keys import tails_prefix
from moorage.domain.errors import UnavailableError
from moorage.domain.uploads.upload import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Garbage:
    """Implements the port `Garbage`. Each docstring lists the calls to AWS."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def abort_multipart(self, object_key: str, multipart_id: str) -> None:
        """AbortMultipartUpload; an upload that is already completed or aborted counts as removed."""
        try:
            with translated_errors():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=object_key, UploadId=multipart_id)
        except ClientError as error:
            if error_code(error) != "NoSuchUpload":
                raise

    def delete_object(self, object_key: str) -> None:
        """DeleteObject, which also succeeds for a missing object."""
        with translated_errors():
            self._client.delete_object(Bucket=self._bucket, Key=object_key)

    def delete_tails(self, upload: Upload) -> None:
        """List the upload's tails and delete them, up to 1,000 in a call."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=tails_prefix(upload))
        with translated_errors():
            for page in pages:
                keys = [{"Key": found["Key"]} for found in page.get("Contents", [])]
                if not keys:
                    continue
                answer = self._client.delete_objects(
                    Bucket=self._bucket,
                    Delete={"Objects": keys, "Quiet": True},  # type: ignore[typeddict-item]
                )
                if answer.get("Errors"):
                    raise UnavailableError(f"S3 did not delete {len(answer['Errors'])} tails")
