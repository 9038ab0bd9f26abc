"""Small blobs that are answered by the OCI API itself, where the setting says so."""

import os

import pytest
from moorage_local.stack.stack import Stack

from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.images import put_blob
from tests.support.oci.registry import OciRegistry

LIMIT = 1000
SMALL, LARGE = os.urandom(LIMIT), os.urandom(LIMIT + 1)


@pytest.fixture(scope="module")
def oci(module_stack: Stack) -> OciRegistry:
    """A function that proxies blobs of up to LIMIT bytes."""
    del module_stack
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MOORAGE_PROXY_BLOB_BYTES", str(LIMIT))
        return OciRegistry()


def get(oci: OciRegistry, repository: str, content: bytes, **headers: str) -> Answer:
    return oci.ask("GET", f"/v2/{repository}/blobs/{digest_of(content)}", b"", **headers)


@pytest.mark.parametrize("content", [SMALL, b"a", b""], ids=["at the limit", "one byte", "empty"])
def test_a_small_blob_comes_from_here(oci: OciRegistry, repository: str, content: bytes):
    put_blob(oci, repository, content)
    with oci.requests() as requests:
        answered = get(oci, repository, content)
    assert (answered.status, answered.body) == (200, content)
    assert answered.headers["docker-content-digest"] == digest_of(content)
    assert answered.headers["content-length"] == str(len(content))
    assert requests == ["BatchGetItem", "GetObject"]


def test_a_larger_blob_is_redirected(oci: OciRegistry, repository: str):
    put_blob(oci, repository, LARGE)
    with oci.requests() as requests:
        assert oci.ask("GET", f"/v2/{repository}/blobs/{digest_of(LARGE)}").status == 307
    assert requests == ["BatchGetItem"]


def test_a_part_of_a_small_blob(oci: OciRegistry, repository: str):
    put_blob(oci, repository, SMALL)
    answered = get(oci, repository, SMALL, Range="bytes=10-19")
    assert (answered.status, answered.body) == (206, SMALL[10:20])
    assert answered.headers["content-range"] == f"bytes 10-19/{LIMIT}"
    assert get(oci, repository, SMALL, Range=f"bytes={LIMIT}-").status == 416


def test_a_blob_whose_content_is_lost_is_unknown_until_it_is_pushed_again(oci: OciRegistry, repository: str):
    content = os.urandom(50)
    put_blob(oci, repository, content)
    client, bucket = oci.ports.content._client, oci.ports.content._bucket
    listed = client.list_objects_v2(Bucket=bucket)["Contents"]
    newest = max(listed, key=lambda each: (each["LastModified"], each["Size"] == 50))
    client.delete_object(Bucket=bucket, Key=newest["Key"])
    assert get(oci, repository, content).code == "BLOB_UNKNOWN"
    assert oci.ask("HEAD", f"/v2/{repository}/blobs/{digest_of(content)}").status == 404
    put_blob(oci, repository, content)
    assert get(oci, repository, content).body == content
