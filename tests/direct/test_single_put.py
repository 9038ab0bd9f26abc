"""A direct upload by one presigned PutObject: S3 takes these bytes only, once, and its SHA-256 is the digest."""

import os

import httpx
import pytest
from moorage.domain.uploads.upload import UploadStatus

from tests.support.direct.registry import MIB, DirectRegistry


@pytest.fixture
def content() -> bytes:
    return os.urandom(3 * MIB)


def send(page: dict, content: bytes, **changed: str | None) -> int:
    headers = {name: value for name, value in {**page["put"]["headers"], **changed}.items() if value is not None}
    return httpx.put(page["put"]["url"], content=content, headers=headers, timeout=60).status_code


def test_the_right_bytes_are_stored_and_completed_without_reading_them(registry: DirectRegistry, content: bytes):
    page = registry.begin(content, singlePut=True)
    path = f"/{page['uploadId']}"
    assert (page["status"], page["parts"], "completionUrl" in page) == ("uploading", [], False)
    assert registry.call("POST", f"{path}/completion")[1]["code"] == "EmptyUploadException"
    assert send(registry.call("GET", f"{path}/parts")[1], content) == 200
    with registry.reads() as reads:
        for _ in range(2):
            assert registry.call("POST", f"{path}/completion")[1]["status"] == "completed"
    assert reads == []
    assert registry.call("GET", path)[1]["status"] == "completed"
    assert registry.head(page["uploadId"]).keeps_object


@pytest.mark.parametrize("change", [lambda b: b[::-1], lambda b: b[:-1], lambda b: b + b"!", lambda _: b""])
def test_other_bytes_are_refused_by_s3_and_the_right_ones_can_still_come(registry: DirectRegistry, content, change):
    page = registry.begin(content, singlePut=True)
    assert send(page, change(content)) in (400, 403)
    assert registry.call("POST", f"/{page['uploadId']}/completion")[1]["code"] == "EmptyUploadException"
    assert send(page, content) == 200


@pytest.mark.parametrize("name", ["x-amz-checksum-sha256", "If-None-Match"])
@pytest.mark.parametrize("value", [None, "*/*", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="])
def test_a_header_of_the_signature_cannot_be_left_out_or_changed(registry: DirectRegistry, content, name, value):
    page = registry.begin(content, singlePut=True)
    assert send(page, content, **{name: value}) == 403
    assert "x-amz-checksum-sha256=" not in page["put"]["url"].lower()


def test_an_object_that_is_there_is_never_replaced(registry: DirectRegistry, content: bytes):
    page = registry.begin(content, singlePut=True)
    assert [send(page, content), send(page, content)] == [200, 412]


def test_an_object_that_s3_has_not_hashed_as_a_whole_fails_the_upload(registry: DirectRegistry, content: bytes):
    page = registry.begin(content, singlePut=True)
    key = registry.head(page["uploadId"]).object_key
    begun = registry.s3.create_multipart_upload(Bucket=registry.bucket, Key=key, ChecksumAlgorithm="SHA256")
    where = {"Bucket": registry.bucket, "Key": key, "UploadId": begun["UploadId"]}
    part = registry.s3.upload_part(**where, PartNumber=1, Body=content, ChecksumAlgorithm="SHA256")
    listed = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]
    registry.s3.complete_multipart_upload(**where, MultipartUpload={"Parts": listed})
    assert registry.call("POST", f"/{page['uploadId']}/completion")[1]["code"] == "InvalidLayerException"
    assert registry.head(page["uploadId"]).status is UploadStatus.FAILED
    assert registry.layers() == []
