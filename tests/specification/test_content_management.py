"""Content Management: deletions, which are seen at once by every request that comes after them."""

import pytest

from tests.support.layers import digest_of
from tests.support.oci.documents import INDEX, MANIFEST, descriptor_of, image_document, index_document
from tests.support.oci.http import OciHttp


@pytest.fixture
def image(oci: OciHttp) -> bytes:
    """An image with two tags."""
    content = image_document(oci.put_blob(b"{}"), oci.put_blob(b"layer"))
    for tag in ("v1", "v2"):
        assert oci.put_manifest(tag, content, MANIFEST).status == 201
    return content


def is_gone(oci: OciHttp, path: str) -> bool:
    """Whether both GET and HEAD say so, right now."""
    return [oci.ask(method, path).status for method in ("GET", "HEAD")] == [404, 404]


def test_a_tag_is_deleted(oci: OciHttp, image: bytes):  # Deleting Tags
    assert oci.ask("DELETE", "manifests/v1").status == 202
    assert is_gone(oci, "manifests/v1")
    assert oci.ask("GET", "tags/list").json["tags"] == ["v2"]
    assert oci.ask("DELETE", "manifests/v1").status == 404
    assert oci.ask("GET", f"manifests/{digest_of(image)}").body == image


def test_a_manifest_is_deleted_with_its_tags(oci: OciHttp, image: bytes):  # Deleting Manifests
    assert oci.ask("DELETE", f"manifests/{digest_of(image)}").status == 202
    for reference in (digest_of(image), "v1", "v2"):
        assert is_gone(oci, f"manifests/{reference}")
    assert oci.ask("GET", "tags/list").json["tags"] == []
    assert oci.ask("DELETE", f"manifests/{digest_of(image)}").status == 404


def test_blobs_are_deleted_after_the_manifest(oci: OciHttp, image: bytes):  # Deleting Blobs
    blobs = [f"blobs/{digest_of(content)}" for content in (b"{}", b"layer")]
    for blob in blobs:
        refused = oci.ask("DELETE", blob)
        assert (refused.status, refused.code) == (405, "UNSUPPORTED")
    assert oci.ask("DELETE", f"manifests/{digest_of(image)}").status == 202
    for blob in blobs:
        assert oci.ask("DELETE", blob).status == 202
        assert is_gone(oci, blob)
        assert oci.ask("DELETE", blob).status == 404


def test_an_index_is_deleted_before_what_it_names(oci: OciHttp, image: bytes):
    index = index_document(descriptor_of(image))
    assert oci.put_manifest("index", index, INDEX).status == 201
    refused = oci.ask("DELETE", f"manifests/{digest_of(image)}")
    assert (refused.status, refused.code) == (405, "UNSUPPORTED")
    for content in (index, image):
        assert oci.ask("DELETE", f"manifests/{digest_of(content)}").status == 202
    assert is_gone(oci, "manifests/index")


def test_a_subject_is_deleted_and_its_referrers_stay(oci: OciHttp, image: bytes):
    about = image_document(oci.put_blob(b"{}"), subject=descriptor_of(image))
    assert oci.put_manifest("about", about, MANIFEST).status == 201
    assert oci.ask("DELETE", f"manifests/{digest_of(image)}").status == 202
    referrers = f"referrers/{digest_of(image)}"
    assert [each["digest"] for each in oci.ask("GET", referrers).json["manifests"]] == [digest_of(about)]
    assert oci.ask("DELETE", f"manifests/{digest_of(about)}").status == 202
    assert oci.ask("GET", referrers).json["manifests"] == []


def test_what_was_deleted_is_pushed_again(oci: OciHttp, image: bytes):
    assert oci.ask("DELETE", f"manifests/{digest_of(image)}").status == 202
    for content in (b"{}", b"layer"):
        assert oci.ask("DELETE", f"blobs/{digest_of(content)}").status == 202
    assert oci.put_manifest("v1", image, MANIFEST).code == "MANIFEST_BLOB_UNKNOWN"
    for content in (b"{}", b"layer"):
        oci.put_blob(content)
    assert oci.put_manifest("v1", image, MANIFEST).status == 201
    assert oci.ask("GET", "manifests/v1").body == image


@pytest.mark.parametrize("path", ["manifests/none", f"manifests/{digest_of(b'x')}", f"blobs/{digest_of(b'x')}"])
def test_what_is_not_there_is_not_deleted(oci: OciHttp, path: str):
    assert oci.ask("DELETE", path).status == 404
