"""What S3 does in AWS and the embedded one does not: it checks keys as an upload begins, and compresses no part."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moorage.bootstrap.clients import s3_client
from moorage_local.stack.resources import client
from moorage_local.stack.stack import Stack


@pytest.fixture
def s3(stack: Stack) -> Any:
    """As the functions make theirs; the fixture `stack` has prepared the hooks."""
    return s3_client(stack.variables["AWS_REGION"])


def upload(s3: Any, stack: Stack, key: str, **options: Any) -> bytes:
    target = {"Bucket": stack.names.bucket, "Key": key}
    upload_id = s3.create_multipart_upload(**target, **options)["UploadId"]
    part = s3.upload_part(**target, UploadId=upload_id, PartNumber=1, Body=b"content")
    s3.complete_multipart_upload(
        **target, UploadId=upload_id, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    return s3.get_object(**target)["Body"].read()


def arn_of(stack: Stack, alias: str) -> str:
    return client("kms", stack.variables).describe_key(KeyId=alias)["KeyMetadata"]["Arn"]


@pytest.mark.parametrize(("named", "used"), [({"SSEKMSKeyId": "alias/moorage"}, "alias/moorage"), ({}, "alias/aws/s3")])
def test_an_object_is_encrypted_with_the_key_named_or_with_s3s_own(stack, s3, named, used):
    assert upload(s3, stack, "k", ServerSideEncryption="aws:kms", **named) == b"content"
    head = s3.head_object(Bucket=stack.names.bucket, Key="k")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", arn_of(stack, used))


def test_a_key_that_does_not_exist_is_refused_as_the_upload_begins(stack, s3):
    with pytest.raises(ClientError) as refused:
        upload(s3, stack, "k", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/nobody")
    assert refused.value.response["Error"]["Code"] == "KMS.NotFoundException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_disabled_key_is_refused(stack, s3):
    kms = client("kms", stack.variables)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError) as refused:
        upload(s3, stack, "k", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    assert refused.value.response["Error"]["Code"] == "KMS.DisabledException"


def test_s3s_own_encryption_can_be_asked_for(stack, s3):
    s3.put_object(Bucket=stack.names.bucket, Key="k", Body=b"content", ServerSideEncryption="AES256")
    assert s3.get_object(Bucket=stack.names.bucket, Key="k")["ServerSideEncryption"] == "AES256"


def test_an_upload_without_encryption_asks_for_no_key(stack, s3):
    assert upload(s3, stack, "k") == b"content"
    assert "SSEKMSKeyId" not in s3.head_object(Bucket=stack.names.bucket, Key="k")


def test_a_part_has_a_content_type_so_that_seaweedfs_does_not_compress_it(stack, s3):
    sent: list[Any] = []
    s3.meta.events.register_last("before-send.s3.UploadPart", lambda request, **_: sent.append(request.headers))
    assert upload(s3, stack, "k") == b"content"
    assert [headers["Content-Type"] for headers in sent] == [b"application/octet-stream"]


def test_a_presigned_part_needs_no_header(stack, s3):
    target = {"Bucket": stack.names.bucket, "Key": "k"}
    upload_id = s3.create_multipart_upload(**target)["UploadId"]
    url = s3.generate_presigned_url("upload_part", {**target, "UploadId": upload_id, "PartNumber": 1})
    assert "content-type" not in url
