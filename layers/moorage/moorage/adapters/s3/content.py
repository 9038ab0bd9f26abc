"""Layer bytes in S3: multipart uploads, objects, tails."""

import hashlib
from base64 import b64encode
from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.adapters.s3.bodies import HeldBody, body_of, failure_of
from moorage.adapters.s3.heads import MISSING, head_object
from moorage.adapters.s3.keys import relay_key, tail_key, whole_key
from moorage.adapters.s3.ranges import S3Ranges
from moorage.domain.errors import UnavailableError
from moorage.domain.layer import Blob
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.relay_progress import StoredPart, Tail
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import NoMultipartUploadError, PutOutcome, StoredObject, StoredPartsDamagedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENDED = frozenset({"NoSuchUpload", "PreconditionFailed"})
"""The multipart upload was aborted or completed. Only the object shows which of them."""
_DAMAGED = frozenset(
    {
        "BadDigest",
        "EntityTooSmall",
        "InvalidDigest",
        "InvalidPart",
        "InvalidPartOrder",
        "InvalidRequest",
        "MalformedXML",
    }
)
_PUT_REFUSALS = {
    "BadDigest": PutOutcome.REFUSED,
    "InvalidDigest": PutOutcome.REFUSED,
    "PreconditionFailed": PutOutcome.EXISTS,
}
_SSE_TYPES = {"KMS": "aws:kms", "KMS_DSSE": "aws:kms:dsse"}


class S3Content:
    """Implements the port `ContentStore`. Each docstring lists the calls to AWS."""

    def __init__(
        self, client: "S3Client", bucket: str, ranges: S3Ranges, download_url_seconds: int, table: str
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._ranges = ranges
        self._download_url_seconds = download_url_seconds
        self._table = table

    def relay_key(self, registry_id: str, upload_id: str) -> str:
        """The key of a relayed upload."""
        return relay_key(registry_id, upload_id)

    def whole_key(self, registry_id: str, upload_id: str, day: str) -> str:
        """The key of content that comes in one request."""
        return whole_key(registry_id, self._table, upload_id, day)

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        """CreateMultipartUpload with SHA-256 checksums: every part must carry one."""
        with translated_errors():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=object_key,
                ChecksumAlgorithm="SHA256",
                ContentType="application/octet-stream",
                **server_side_encryption(encryption),
            )
        return answer["UploadId"]

    def put_part(self, upload: Upload, number: int, body: bytes | bytearray, sha256: bytes) -> str:
        """UploadPart; S3 refuses bytes that do not hash to `sha256`."""
        try:
            with translated_errors():
                answer = self._client.upload_part(
                    Bucket=self._bucket,
                    Key=upload.object_key,
                    UploadId=upload.multipart_id,
                    PartNumber=number,
                    Body=HeldBody(body),  # type: ignore[arg-type]
                    ChecksumSHA256=_base64(sha256),
                )
        except ClientError as error:
            if error_code(error) == "NoSuchUpload":
                raise NoMultipartUploadError(upload.upload_id) from error
            raise
        return answer["ETag"]

    def complete_multipart(self, upload: Upload, parts: Sequence[StoredPart]) -> StoredObject:
        """CompleteMultipartUpload with each part's ETag and SHA-256."""
        listed: list[Any] = [
            {"PartNumber": part.part_number, "ETag": part.etag, "ChecksumSHA256": _base64(part.sha256)}
            for part in parts
        ]
        try:
            with translated_errors():
                answer = self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=upload.object_key,
                    UploadId=upload.multipart_id,
                    MultipartUpload={"Parts": listed},
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if error_code(error) in ENDED:
                raise NoMultipartUploadError(upload.upload_id) from error
            if error_code(error) in _DAMAGED:
                raise StoredPartsDamagedError(str(error)) from error
            raise
        return StoredObject(upload.received_bytes, answer["ETag"])

    def put_object(self, upload: Upload, chunks: Iterable[bytes], size_bytes: int, sha256: bytes) -> PutOutcome:
        """PutObject with the SHA-256, under a key that has no object yet."""
        body = body_of(chunks, size_bytes)
        try:
            with translated_errors():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=upload.object_key,
                    Body=body,  # type: ignore[arg-type]
                    ContentLength=size_bytes,
                    ContentType="application/octet-stream",
                    ChecksumSHA256=_base64(sha256),
                    IfNoneMatch="*",
                    **server_side_encryption(upload.encryption),
                )
        except ClientError as error:
            if error_code(error) in _PUT_REFUSALS:
                return _PUT_REFUSALS[error_code(error)]
            raise
        except (BotoCoreError, UnavailableError) as error:
            raise failure_of(body) or UnavailableError() from error
        return PutOutcome.STORED

    def head(self, object_key: str) -> StoredObject | None:
        """HeadObject with checksums."""
        return head_object(self._client, self._bucket, object_key)

    def stream(self, object_key: str, etag: str | None, first_byte: int = 0) -> Generator[bytes, None, None]:
        """Parallel ranged GETs (ranges.py)."""
        return self._ranges.read(object_key, etag, first_byte)

    def put_tail(self, upload: Upload, number: int, body: bytes | bytearray, sha256: bytes) -> Tail:
        """PutObject under a key that only this attempt uses; S3 refuses bytes that do not hash to `sha256`."""
        key, checksum = tail_key(upload, number), _base64(sha256)
        put_once(
            self._client, upload.encryption, Bucket=self._bucket, Key=key, Body=HeldBody(body), ChecksumSHA256=checksum
        )
        return Tail(key, len(body), sha256)

    def get_tail(self, tail: Tail) -> bytes:
        """GetObject. The bytes are hashed again, because they become part of the layer."""
        try:
            with translated_errors():
                body = self._client.get_object(Bucket=self._bucket, Key=tail.object_key)["Body"].read()
        except ClientError as error:
            if error_code(error) in MISSING:
                raise StoredPartsDamagedError(str(error)) from error
            raise
        if hashlib.sha256(body).digest() != tail.sha256:
            raise StoredPartsDamagedError(f"{tail.object_key} does not hold the {tail.size_bytes} bytes that were put")
        return body

    def download_url(self, blob: Blob) -> str:
        """A presigned GetObject."""
        place = {"Bucket": self._bucket, "Key": blob.object_key}
        return self._client.generate_presigned_url("get_object", Params=place, ExpiresIn=self._download_url_seconds)


def put_once(client: "S3Client", encryption: Encryption, **request: Any) -> None:
    """One PutObject under a key that nobody else writes: an object that is there is this request's own.

    The SDK sends the request again if its answer was lost; S3 refuses it then.
    """
    try:
        with translated_errors():
            client.put_object(**request, IfNoneMatch="*", **server_side_encryption(encryption))
    except ClientError as error:
        if error_code(error) != "PreconditionFailed":
            raise


def server_side_encryption(encryption: Encryption) -> Any:
    """The parameters for this encryption; none for AES256, which is S3's or the bucket's default."""
    if encryption.type not in _SSE_TYPES:
        return {}
    key = {"SSEKMSKeyId": encryption.kms_key} if encryption.kms_key else {}
    return {"ServerSideEncryption": _SSE_TYPES[encryption.type], **key}


def _base64(binary: bytes) -> str:
    return b64encode(binary).decode()
