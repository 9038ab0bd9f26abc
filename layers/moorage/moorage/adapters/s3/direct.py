"""Direct uploads in S3: multipart uploads whose parts come from clients, to presigned URLs."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.adapters.s3.content import ENDED, server_side_encryption
from moorage.adapters.s3.keys import DIRECT_PREFIX, direct_key, upload_id_of
from moorage.domain.errors import UnavailableError
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.direct_upload import PartRange
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject
from moorage.usecases.ports.verification import ReceivedByS3, SignedRequest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REPLACED = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall"})
"""The stored part is not the listed one: the client has sent it again in between."""
_ENCRYPTION_HEADERS = {
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}
S3_PARTS_PAGE = 1000
"""The maximum in one answer of ListParts (S3 API Reference)."""


class S3Direct:
    """Implements the port `DirectStore`. Each docstring lists the calls to AWS."""

    def __init__(self, client: "S3Client", bucket: str, part_url_seconds: int) -> None:
        self._client = client
        self._bucket = bucket
        self._part_url_seconds = part_url_seconds

    def direct_key(self, registry_id: str, upload_id: str) -> str:
        """The key of a direct upload."""
        return direct_key(registry_id, upload_id)

    def upload_of(self, object_key: str) -> str | None:
        """Read from the key."""
        return upload_id_of(object_key) if object_key.startswith(DIRECT_PREFIX) else None

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        """CreateMultipartUpload without a checksum algorithm, so that a plain PUT is enough. S3 adds its own CRC."""
        with translated_errors():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=object_key,
                ContentType="application/octet-stream",
                **server_side_encryption(encryption),
            )
        return answer["UploadId"]

    def part_url(self, upload: Upload, part: PartRange) -> str:
        """A presigned UploadPart; the signature covers the number and the length."""
        return self._sign("upload_part", upload, PartNumber=part.number, ContentLength=part.size_bytes)

    def completion_request(self, upload: Upload) -> SignedRequest:
        """A presigned CompleteMultipartUpload."""
        url = self._sign("complete_multipart_upload", upload, IfNoneMatch="*")
        return SignedRequest(url, {"If-None-Match": "*"})

    def put_request(self, upload: Upload, sha256: bytes, size_bytes: int) -> SignedRequest:
        """A presigned PutObject. S3 checks a SHA-256 only as a header: as a query parameter it would be ignored."""
        checksum, encryption = b64encode(sha256).decode(), server_side_encryption(upload.encryption)
        members = {"ContentLength": size_bytes, "ChecksumSHA256": checksum, "IfNoneMatch": "*", **encryption}
        url = self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": upload.object_key, **members},
            ExpiresIn=self._part_url_seconds,
        )
        headers = {"If-None-Match": "*", "x-amz-checksum-sha256": checksum}
        headers |= {_ENCRYPTION_HEADERS[name]: value for name, value in encryption.items()}
        return SignedRequest(url, headers)

    def list_parts(self, upload: Upload, after_number: int = 0, limit: int | None = None) -> Iterator[ReceivedByS3]:
        """ListParts: up to 1,000 in one call."""
        start = {**self._address(upload), "PartNumberMarker": after_number}
        pages = self._client.get_paginator("list_parts").paginate(
            **start, PaginationConfig={"PageSize": limit or S3_PARTS_PAGE}
        )
        parts = (part for page in pages for part in page.get("Parts", []))
        try:
            with translated_errors():
                for part in islice(parts, limit):
                    checksum = part.get("ChecksumSHA256")
                    sha256 = b64decode(checksum) if checksum else None
                    yield ReceivedByS3(part["PartNumber"], part["ETag"], part["Size"], sha256)
        except ClientError as error:
            if error_code(error) in ENDED:
                raise NoMultipartUploadError(upload.upload_id) from error
            raise

    def complete_multipart(self, upload: Upload, parts: list[ReceivedByS3]) -> StoredObject:
        """CompleteMultipartUpload with each part's ETag."""
        listed: list[Any] = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        try:
            with translated_errors():
                answer = self._client.complete_multipart_upload(
                    **self._address(upload), MultipartUpload={"Parts": listed}, IfNoneMatch="*"
                )
        except ClientError as error:
            if error_code(error) in ENDED:
                raise NoMultipartUploadError(upload.upload_id) from error
            if error_code(error) in _REPLACED:
                raise UnavailableError from error
            raise
        return StoredObject(sum(part.size_bytes for part in parts), answer["ETag"])

    def _sign(self, operation: str, upload: Upload, **members: Any) -> str:
        return self._client.generate_presigned_url(
            operation, Params={**self._address(upload), **members}, ExpiresIn=self._part_url_seconds
        )

    def _address(self, upload: Upload) -> Any:
        return {"Bucket": self._bucket, "Key": upload.object_key, "UploadId": upload.multipart_id}
