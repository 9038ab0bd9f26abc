"""Deletion as the OCI Distribution Specification (1.1) says, section "Content Management", seen at once."""

import pytest

from tests.support.layers import digest_of
from tests.support.oci.images import EMPTY, INDEX, index_of, manifest_of, put, put_blob
from tests.support.oci.registry import OciRegistry

DELETED = 202


def status(oci: OciRegistry, repository: str, path: str) -> int:
    return oci.ask("HEAD", f"/v2/{repository}/{path}").status


def delete(oci: OciRegistry, repository: str, path: str) -> tuple[int, str]:
    answered = oci.ask("DELETE", f"/v2/{repository}/{path}")
    return answered.status, answered.code if answered.body else ""


def test_a_deleted_tag_leaves_the_manifest_and_its_other_tags(oci: OciRegistry, repository: str):  # Deleting Tags
    content = manifest_of(oci, repository)
    for tag in ("v1", "v2"):
        put(oci, repository, tag, content)
    for tag in ("v1", "v2"):
        assert delete(oci, repository, f"manifests/{tag}") == (DELETED, "")
        assert status(oci, repository, f"manifests/{tag}") == 404
        assert delete(oci, repository, f"manifests/{tag}") == (404, "MANIFEST_UNKNOWN")
        assert status(oci, repository, f"manifests/{digest_of(content)}") == 200
    assert oci.ask("GET", f"/v2/{repository}/tags/list").json["tags"] == []


def test_a_deleted_manifest_takes_its_tags_along(oci: OciRegistry, repository: str):  # Deleting Manifests
    content, kept = manifest_of(oci, repository), manifest_of(oci, repository, "kept")
    for tag in ("v1", "v2"):
        put(oci, repository, tag, content)
    put(oci, repository, "kept", kept)
    digest = digest_of(content)
    assert delete(oci, repository, f"manifests/{digest}") == (DELETED, "")
    for reference in (digest, "v1", "v2"):
        assert status(oci, repository, f"manifests/{reference}") == 404
        assert delete(oci, repository, f"manifests/{reference}") == (404, "MANIFEST_UNKNOWN")
    assert oci.ask("GET", f"/v2/{repository}/tags/list").json["tags"] == ["kept"]


def test_a_manifest_that_an_index_names_is_in_use_until_the_index_is_gone(oci: OciRegistry, repository: str):
    child = manifest_of(oci, repository)
    put(oci, repository, "child", child)
    index = index_of(child)
    put(oci, repository, "index", index, INDEX)
    assert delete(oci, repository, f"manifests/{digest_of(child)}") == (405, "UNSUPPORTED")
    assert status(oci, repository, "manifests/child") == 200
    assert delete(oci, repository, f"manifests/{digest_of(index)}") == (DELETED, "")
    assert delete(oci, repository, f"manifests/{digest_of(child)}") == (DELETED, "")


def test_a_blob_that_a_manifest_names_is_in_use_until_the_manifest_is_gone(oci: OciRegistry, repository: str):
    content = manifest_of(oci, repository)  # Deleting Blobs
    put(oci, repository, "v1", content)
    blob = f"blobs/{digest_of(EMPTY)}"
    assert delete(oci, repository, blob) == (405, "UNSUPPORTED")
    assert oci.ask("DELETE", f"/v2/{repository}/{blob}").headers["allow"] == "GET, HEAD"
    assert status(oci, repository, blob) == 200
    assert delete(oci, repository, f"manifests/{digest_of(content)}") == (DELETED, "")
    assert delete(oci, repository, blob) == (DELETED, "")
    for method in ("HEAD", "GET", "DELETE"):
        refused = oci.ask(method, f"/v2/{repository}/{blob}")
        assert (refused.status, refused.code) == (404, "BLOB_UNKNOWN")


def test_a_blob_that_was_deleted_is_pushed_again(oci: OciRegistry, repository: str):
    for _ in range(2):
        put_blob(oci, repository, b"again")
        assert delete(oci, repository, f"blobs/{digest_of(b'again')}") == (DELETED, "")


def test_a_blob_of_another_repository_stays(oci: OciRegistry, repository: str, second: str):
    for name in (repository, second):
        put_blob(oci, name, b"shared")
    assert delete(oci, repository, f"blobs/{digest_of(b'shared')}") == (DELETED, "")
    sent_on = oci.ask("GET", f"/v2/{second}/blobs/{digest_of(b'shared')}")
    assert (sent_on.status, status(oci, repository, f"blobs/{digest_of(b'shared')}")) == (307, 404)


@pytest.mark.parametrize("path", [f"manifests/{digest_of(b'x')}", "manifests/v1", f"blobs/{digest_of(b'x')}"])
def test_what_an_unknown_repository_has_is_not_deleted(oci: OciRegistry, path: str):
    assert delete(oci, "nowhere/at/all", path) == (404, "NAME_UNKNOWN")


@pytest.mark.parametrize("path", ["manifests/sha256:1", "blobs/sha256:1", "blobs/v1"])
def test_an_invalid_digest_is_not_deleted(oci: OciRegistry, repository: str, path: str):
    assert delete(oci, repository, path) == (400, "DIGEST_INVALID")


def test_what_deletions_cost(oci: OciRegistry, repository: str):
    content = manifest_of(oci, repository)
    put(oci, repository, "v1", content)
    budgets = {"manifests/v1": 3, f"manifests/{digest_of(content)}": 6, f"blobs/{digest_of(EMPTY)}": 5}
    for path, budget in budgets.items():
        with oci.requests() as requests:
            assert delete(oci, repository, path) == (DELETED, "")
        assert len(requests) <= budget, (path, requests)
