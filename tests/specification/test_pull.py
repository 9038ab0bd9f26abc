"""Pull: manifests and blobs, and whether they exist."""

import pytest

from tests.support.layers import digest_of
from tests.support.oci.documents import MANIFEST, image_document
from tests.support.oci.http import OciHttp

CONTENT = bytes(range(256)) * 40


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", ["blobs", "manifests"])
def test_what_is_unknown_is_404(oci: OciHttp, kind: str, method: str):  # Pulling manifests, Pulling blobs
    refused = oci.ask(method, f"{kind}/{digest_of(b'unknown')}")
    assert refused.status == 404
    if method == "GET":
        assert refused.code == {"blobs": "BLOB_UNKNOWN", "manifests": "MANIFEST_UNKNOWN"}[kind]


def test_a_manifest_is_pulled_as_it_was_pushed(oci: OciHttp):  # Pulling manifests
    content = image_document(oci.put_blob(b"{}"))
    assert oci.put_manifest("v1", content, MANIFEST).status == 201
    for reference in ("v1", digest_of(content)):
        pulled = oci.ask("GET", f"manifests/{reference}", Accept=MANIFEST)
        assert (pulled.status, pulled.body) == (200, content)
        asked = oci.ask("HEAD", f"manifests/{reference}")
        assert (asked.status, asked.body) == (200, b"")
        for answered in (pulled, asked):
            assert answered.headers["content-type"] == MANIFEST
            assert answered.headers["docker-content-digest"] == digest_of(content)
            assert answered.headers["content-length"] == str(len(content))


def test_a_blob_is_pulled_and_its_head_agrees(oci: OciHttp):  # Pulling blobs
    digest = oci.put_blob(CONTENT)["digest"]
    assert oci.fetch(f"blobs/{digest}").body == CONTENT
    asked = oci.ask("HEAD", f"blobs/{digest}")
    assert (asked.headers["content-length"], asked.headers["docker-content-digest"]) == (str(len(CONTENT)), digest)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-9", CONTENT[:10]),
        ("bytes=100-", CONTENT[100:]),
        ("bytes=-5", CONTENT[-5:]),
        (f"bytes=10-{10**9}", CONTENT[10:]),
    ],
)
def test_a_part_of_a_blob_is_pulled(oci: OciHttp, asked: str, expected: bytes):  # Resumable Pull; RFC 9110, 14.2
    pulled = oci.fetch(f"blobs/{oci.put_blob(CONTENT)['digest']}", Range=asked)
    assert (pulled.status, pulled.body) == (206, expected)


def test_a_range_behind_the_end_of_a_blob_is_416(oci: OciHttp):
    assert oci.fetch(f"blobs/{oci.put_blob(CONTENT)['digest']}", Range=f"bytes={len(CONTENT)}-").status == 416


@pytest.mark.parametrize("reference", ["sha256:abc", "sha256:" + "g" * 64, "md5:" + "0" * 32])
def test_a_reference_that_is_neither_digest_nor_tag_is_refused(oci: OciHttp, reference: str):
    for kind in ("manifests", "blobs"):
        refused = oci.ask("GET", f"{kind}/{reference}")
        assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


def test_the_version_is_answered(oci: OciHttp):  # Determining Support
    answered = oci.ask("GET", "/v2/")
    assert (answered.status, answered.headers["docker-distribution-api-version"]) == (200, "registry/2.0")
