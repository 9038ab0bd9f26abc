"""What a rule is, and the store that it is checked on.

    @rule("EntityTooSmall")
    def parts_too_small(store: Store) -> str:
        '''CompleteMultipartUpload refuses a part below 5 MiB that is not the last one.'''
        upload = store.create_multipart()
        return upload.complete([upload.put(1, b"short"), upload.put(2, b"last")])

A check returns what it saw in one word, or lets a ClientError pass. `observe` returns either: here "accepted", or the
code of the error. The rule is kept if that is what the documentation says.
"""

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MIN_PART_BYTES = 5 * 1024 * 1024
ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Multipart:
    """A multipart upload that was just created."""

    store: "Store"
    key: str
    upload_id: str

    @property
    def address(self) -> dict[str, Any]:
        """The members that name it."""
        return {"Bucket": self.store.bucket, "Key": self.key, "UploadId": self.upload_id}

    def put(self, part_number: int, body: bytes, **options: Any) -> dict[str, Any]:
        """Store a part; the part as CompleteMultipartUpload lists it, with the checksum that was sent."""
        answer = self.store.client.upload_part(**self.address, PartNumber=part_number, Body=body, **options)
        sent = {name: value for name, value in options.items() if name in ("ChecksumSHA256", "ChecksumCRC32")}
        return {"PartNumber": part_number, "ETag": answer["ETag"], **sent}

    def complete(self, parts: list[Any], **options: Any) -> str:
        """Complete it with these parts: "accepted"."""
        self.store.client.complete_multipart_upload(**self.address, MultipartUpload={"Parts": parts}, **options)
        return ACCEPTED

    def abort(self) -> None:
        """Abort it."""
        self.store.client.abort_multipart_upload(**self.address)


@dataclass(frozen=True, slots=True)
class Store:
    """An empty bucket of an S3. The client adds no checksums of its own."""

    client: "S3Client"
    bucket: str

    def new_key(self) -> str:
        """A key that nothing else has."""
        return f"rules/{uuid.uuid4().hex}"

    def create_multipart(self, key: str | None = None, **options: Any) -> Multipart:
        """A new multipart upload."""
        key = key or self.new_key()
        answer = self.client.create_multipart_upload(Bucket=self.bucket, Key=key, **options)
        return Multipart(self, key, answer["UploadId"])

    def put(self, key: str | None = None, body: bytes = b"some bytes", **options: Any) -> str:
        """Store an object; its key."""
        key = key or self.new_key()
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **options)
        return key

    def head(self, key: str) -> Any:
        """HeadObject with checksums."""
        return self.client.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")

    def content(self, key: str) -> bytes:
        """The bytes of an object."""
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()


Check = Callable[[Store], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence of S3's documentation."""

    name: str
    sentence: str
    expected: str
    check: Check


def rule(expected: str) -> Callable[[Check], Rule]:
    """Make a rule of a check: its name and its docstring are the rule's."""
    return lambda check: Rule(check.__name__, " ".join((check.__doc__ or "").split()), expected, check)


def observe(checked: Rule, store: Store) -> str:
    """What the store does: what the check returns, or the code of the error that it lets pass."""
    try:
        return checked.check(store)
    except ClientError as error:
        return error.response["Error"]["Code"]


def sha256_of(body: bytes) -> str:
    """A SHA-256 as S3 takes it."""
    return b64encode(hashlib.sha256(body).digest()).decode()


def md5_of(body: bytes) -> str:
    """The value of Content-MD5."""
    return b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
