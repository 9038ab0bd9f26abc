"""Manifests, tags and listings as the OCI Distribution Specification (1.1) says; each test names its section."""

import hashlib
import json
import uuid

import pytest
from moorage.domain.images.image_id import ImageId
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import RepositoryId, TagMutability
from moorage.usecases.images.update_image_storage_class import UpdateImageStorageClass, update_image_storage_class
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage_local.stack.environment import REGISTRY_ID

from tests.support.layers import digest_of
from tests.support.oci.images import INDEX, MANIFEST, manifest_of, put
from tests.support.oci.registry import OciRegistry


def test_a_manifest_is_pushed_by_tag_and_pulled_by_tag_and_digest(oci: OciRegistry, repository: str):
    # Pushing Manifests, Pulling manifests
    content = manifest_of(oci, repository)
    digest = digest_of(content)
    created = put(oci, repository, "v1", content)
    assert (created.status, created.location) == (201, f"/v2/{repository}/manifests/{digest}")
    assert created.headers["docker-content-digest"] == digest
    for reference in ("v1", digest):
        found = oci.ask("GET", f"/v2/{repository}/manifests/{reference}")
        assert (found.status, found.body) == (200, content)
        asked = oci.ask("HEAD", f"/v2/{repository}/manifests/{reference}")
        assert (asked.status, asked.body) == (200, b"")
        for headers in (found.headers, asked.headers):
            assert headers["content-type"] == MANIFEST
            assert headers["content-length"] == str(len(content))
            assert headers["docker-content-digest"] == digest


def test_a_manifest_is_pushed_by_digest_and_again(oci: OciRegistry, repository: str):
    content = manifest_of(oci, repository)
    assert [put(oci, repository, digest_of(content), content).status for _ in range(2)] == [201, 201]
    assert oci.ask("GET", f"/v2/{repository}/manifests/{digest_of(content)}").status == 200


def test_a_manifest_of_a_sha512_digest(oci: OciRegistry, repository: str):
    content = manifest_of(oci, repository)
    digest = f"sha512:{hashlib.sha512(content).hexdigest()}"
    assert put(oci, repository, digest, content).headers["docker-content-digest"] == digest
    assert oci.ask("GET", f"/v2/{repository}/manifests/{digest}").body == content


@pytest.mark.parametrize("query", ["tag=one&tag=two", "tag=one,two"])
def test_a_manifest_gets_several_tags_in_one_push(oci: OciRegistry, repository: str, query: str):
    content = manifest_of(oci, repository)
    created = put(oci, repository, f"{digest_of(content)}?{query}", content)
    assert (created.status, created.headers["oci-tag"]) == (201, "one, two")
    assert oci.ask("GET", f"/v2/{repository}/manifests/two").body == content


def test_a_tag_moves_to_another_manifest(oci: OciRegistry, repository: str):
    first, second = (manifest_of(oci, repository, mark) for mark in ("one", "two"))
    for content in (first, second):
        assert put(oci, repository, "latest", content).status == 201
    assert oci.ask("GET", f"/v2/{repository}/manifests/latest").body == second
    assert oci.ask("GET", f"/v2/{repository}/manifests/{digest_of(first)}").status == 200


def test_an_index_in_an_index(oci: OciRegistry, repository: str):
    child = manifest_of(oci, repository)
    put(oci, repository, digest_of(child), child)
    for tag in ("inner", "outer"):
        entry = {"mediaType": INDEX if tag == "outer" else MANIFEST, "digest": digest_of(child), "size": len(child)}
        child = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
        assert put(oci, repository, tag, child, INDEX).status == 201
    assert oci.ask("GET", f"/v2/{repository}/manifests/outer").headers["content-type"] == INDEX


def test_a_subject_is_confirmed_whether_it_exists_or_not(oci: OciRegistry, repository: str):
    # Pushing Manifests with Subject
    subject = {"mediaType": MANIFEST, "digest": digest_of(b"not here"), "size": 8}
    created = put(oci, repository, "signature", manifest_of(oci, repository, subject=subject))
    assert (created.status, created.headers["oci-subject"]) == (201, digest_of(b"not here"))
    assert "oci-subject" not in put(oci, repository, "plain", manifest_of(oci, repository)).headers


def test_a_manifest_whose_blobs_are_missing_is_refused(oci: OciRegistry, repository: str):
    missing = {"mediaType": "application/octet-stream", "digest": digest_of(b"nowhere"), "size": 7}
    for members in ({"layers": [missing]}, {"config": missing}):
        refused = put(oci, repository, "v1", manifest_of(oci, repository, **members))
        assert (refused.status, refused.code) == (404, "MANIFEST_BLOB_UNKNOWN")
    entry = {"mediaType": MANIFEST, "digest": digest_of(b"nowhere"), "size": 7}
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
    refused = put(oci, repository, "v1", index, INDEX)
    assert (refused.status, refused.code) == (404, "MANIFEST_BLOB_UNKNOWN")
    assert oci.ask("GET", f"/v2/{repository}/manifests/v1").status == 404


def test_a_manifest_under_the_digest_of_another_is_refused(oci: OciRegistry, repository: str):
    refused = put(oci, repository, digest_of(b"another"), manifest_of(oci, repository))
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b"{}", b'{"schemaVersion":1}'])
def test_an_invalid_manifest_is_refused(oci: OciRegistry, repository: str, content: bytes):
    refused = put(oci, repository, "v1", content)
    assert (refused.status, refused.code) == (400, "MANIFEST_INVALID")


@pytest.mark.parametrize("reference", ["-dash", ".dot", "sp%20ace", "a" * 301])
def test_a_tag_that_is_none_is_refused_on_push_and_unknown_on_pull(oci: OciRegistry, repository: str, reference: str):
    refused = put(oci, repository, reference, manifest_of(oci, repository))
    assert (refused.status, refused.code) == (400, "MANIFEST_INVALID")
    assert oci.ask("GET", f"/v2/{repository}/manifests/{reference}").status in (400, 404)


def test_an_unknown_manifest_is_404(oci: OciRegistry, repository: str):
    for reference in ("nowhere", digest_of(b"nowhere")):
        for method in ("GET", "HEAD"):
            refused = oci.ask(method, f"/v2/{repository}/manifests/{reference}")
            assert (refused.status, refused.code) == (404, "MANIFEST_UNKNOWN")


def test_a_manifest_of_an_unknown_repository_is_404(oci: OciRegistry, repository: str):
    content = manifest_of(oci, repository)
    refusals = [put(oci, "nowhere/at/all", "v1", content), oci.ask("GET", "/v2/nowhere/at/all/manifests/v1")]
    assert {(each.status, each.code) for each in refusals} == {(404, "NAME_UNKNOWN")}


@pytest.mark.parametrize(("namespace", "confirmed"), [("registry.example", "registry.example"), ("docker.io", None)])
def test_a_namespace_is_confirmed_if_it_is_this_registry(
    oci: OciRegistry, repository: str, namespace: str, confirmed: str | None
):  # Registry Proxying: this registry is a proxy of no other
    put(oci, repository, "v1", manifest_of(oci, repository))
    for reference, status in (("v1", 200), ("v2", 404)):
        answered = oci.ask("GET", f"/v2/{repository}/manifests/{reference}?ns={namespace}")
        assert (answered.status, answered.headers.get("oci-namespace")) == (status, confirmed)


@pytest.mark.parametrize("mutability", ["IMMUTABLE", "MUTABLE"])
def test_an_immutable_tag_is_put_again_but_not_moved(oci: OciRegistry, mutability: str):
    name = f"contract/{uuid.uuid4().hex}"
    command = CreateRepository(repository=RepositoryId(REGISTRY_ID, name), tag_mutability=TagMutability(mutability))
    create_repository(command, oci.ports)
    first, second = (manifest_of(oci, name, mark) for mark in ("one", "two"))
    assert [put(oci, name, "v1", first).status for _ in range(2)] == [201, 201]
    moved = put(oci, name, f"{digest_of(second)}?tag=v2&tag=v1", second)
    if mutability == "MUTABLE":
        assert (moved.status, oci.ask("GET", f"/v2/{name}/manifests/v1").body) == (201, second)
    else:
        assert (moved.status, moved.code) == (403, "DENIED")
        assert "immutable" in moved.text
        assert oci.ask("GET", f"/v2/{name}/manifests/v1").body == first


def test_tags_are_listed_in_order_page_by_page(oci: OciRegistry, repository: str):  # Listing Tags
    content = manifest_of(oci, repository)
    for tag in ("b", "a", "10", "2", "B", "_x"):
        put(oci, repository, tag, content)
    path, pages = f"/v2/{repository}/tags/list?n=4", []
    while path:
        answered = oci.ask("GET", path)
        pages.append(answered.json["tags"])
        path = answered.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert pages == [["10", "2", "B", "_x"], ["a", "b"]]
    assert oci.ask("GET", f"/v2/{repository}/tags/list").json == {
        "name": repository,
        "tags": ["10", "2", "B", "_x", "a", "b"],
    }
    assert oci.ask("GET", f"/v2/{repository}/tags/list?last=_y").json["tags"] == ["a", "b"]
    assert oci.ask("GET", f"/v2/{repository}/tags/list?n=0").json["tags"] == []
    assert oci.ask("GET", f"/v2/{repository}/tags/list?last=zz").json["tags"] == []


def test_tags_of_an_unknown_repository_are_404(oci: OciRegistry):
    refused = oci.ask("GET", "/v2/nowhere/at/all/tags/list")
    assert (refused.status, refused.code) == (404, "NAME_UNKNOWN")


def test_repositories_are_listed_page_by_page(oci: OciRegistry, repository: str):
    path, found, pages = "/v2/_catalog?n=20", [], 0
    while path:
        answered, pages = oci.ask("GET", path), pages + 1
        found += answered.json["repositories"]
        path = answered.headers.get("link", "").partition(">")[0].removeprefix("<")
        assert pages < 100, "a page follows the last one"
    assert repository in found
    assert found == sorted(found)
    assert oci.ask("GET", "/v2/_catalog").json["repositories"] == found


@pytest.mark.parametrize("number", ["-1", "many", "1.5"])
def test_a_page_of_no_number_is_refused(oci: OciRegistry, repository: str, number: str):
    assert oci.ask("GET", f"/v2/{repository}/tags/list?n={number}").status == 400


def test_what_a_pull_costs(oci: OciRegistry, repository: str):
    content = manifest_of(oci, repository)
    put(oci, repository, "v1", content)
    oci.ask("GET", f"/v2/{repository}/manifests/v1")  # the day's first pull, whose time is written
    for reference, budget in (("v1", 2), (digest_of(content), 1)):
        for method in ("GET", "HEAD"):
            with oci.requests() as requests:
                oci.ask(method, f"/v2/{repository}/manifests/{reference}")
            assert len(requests) <= budget


def test_an_archived_image_cannot_be_pulled_until_it_is_pushed_again(oci: OciRegistry, repository: str):
    # Amazon ECR User Guide, "Archiving an image": requests to pull it fail with 404
    content = manifest_of(oci, repository)
    put(oci, repository, "v1", content)
    blob = f"/v2/{repository}/blobs/{json.loads(content)['config']['digest']}"
    manifests = [f"/v2/{repository}/manifests/{reference}" for reference in ("v1", digest_of(content))]
    archive(oci, repository)
    for path in manifests:
        assert [oci.ask(method, path).status for method in ("HEAD", "GET")] == [404, 404]
        assert "MANIFEST_UNKNOWN" in oci.ask("GET", path).text
    refused = oci.ask("GET", blob)
    assert (refused.status, "BLOB_UNKNOWN" in refused.text) == (404, True)
    assert oci.ask("HEAD", blob).status == 200  # a push does not send it again
    assert put(oci, repository, "v1", content).status == 201
    assert [oci.ask("GET", path).status for path in manifests] == [200, 200]
    assert oci.ask("GET", blob).status == 307


def archive(oci: OciRegistry, repository: str) -> None:
    """The ECR API's operation; the OCI API has none."""
    command = UpdateImageStorageClass(
        repository=RepositoryId(REGISTRY_ID, repository),
        image_id=ImageId(tag="v1"),
        storage_class=StorageClass.ARCHIVE,
    )
    update_image_storage_class(command, oci.ports)
