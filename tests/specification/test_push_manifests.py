"""Push: manifests of every kind, by the sections "Pushing Manifests" and "Pushing Manifests with Subject"."""

import base64
import json
from typing import Any

import pytest

from tests.support.layers import digest_of
from tests.support.oci.documents import EMPTY_TYPE, INDEX, MANIFEST, descriptor_of, image_document, index_document
from tests.support.oci.http import OciHttp

EMPTY = b"{}"


def push(oci: OciHttp, content: bytes, media_type: str = MANIFEST, reference: str = "") -> str:
    """Push it; it comes back as it was."""
    digest = digest_of(content)
    created = oci.put_manifest(reference or digest, content, media_type)
    assert created.status == 201
    assert created.location == f"/v2/{oci.repository}/manifests/{digest}"
    assert created.headers["docker-content-digest"] == digest
    pulled = oci.ask("GET", created.location)
    assert (pulled.status, pulled.body, pulled.headers["content-type"]) == (200, content, media_type)
    return digest


def image(oci: OciHttp, **members: Any) -> bytes:
    """An image of two blobs."""
    return image_document(oci.put_blob(EMPTY), oci.put_blob(b"layer"), **members)


def test_an_image_by_tag_and_by_digest(oci: OciHttp):
    push(oci, image(oci), reference="v1")
    push(oci, image(oci))


def test_an_index_and_an_index_of_indexes(oci: OciHttp):
    child = image(oci)
    push(oci, child)
    inner = index_document(descriptor_of(child, platform={"architecture": "amd64", "os": "linux"}))
    push(oci, inner, INDEX)
    push(oci, index_document(descriptor_of(inner, INDEX)), INDEX, "nested")


def test_an_artifact(oci: OciHttp):
    empty = {**oci.put_blob(EMPTY), "mediaType": EMPTY_TYPE}
    push(oci, image_document(empty, empty, artifactType="application/vnd.example.thing"))


def test_an_index_with_an_artifact_type(oci: OciHttp):
    push(oci, index_document(artifactType="application/vnd.example.list"), INDEX)


def test_descriptors_with_their_data(oci: OciHttp):
    config = {**oci.put_blob(EMPTY), "data": base64.b64encode(EMPTY).decode()}
    push(oci, image_document(config))


def test_layers_that_are_kept_elsewhere(oci: OciHttp):
    foreign = {
        "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "digest": digest_of(b"elsewhere"),
        "size": 9,
        "urls": ["https://example.com/layer"],
    }
    push(oci, image_document(oci.put_blob(EMPTY), foreign))


def test_members_that_nobody_knows(oci: OciHttp):
    push(oci, image(oci, somethingNew={"a": [1, 2]}, annotations={"a": "b"}))


def test_a_manifest_without_a_media_type_of_its_own(oci: OciHttp):
    document = json.loads(image(oci))
    del document["mediaType"]
    push(oci, json.dumps(document).encode())


def test_a_manifest_of_the_size_that_registries_must_take(oci: OciHttp):  # "at least 4 megabytes"
    push(oci, image(oci, annotations={"a": "x" * (4_000_000 - 2000)}))


def test_a_larger_manifest_is_413(oci: OciHttp):
    refused = oci.put_manifest("v1", image(oci, annotations={"a": "x" * (4 * 1024 * 1024)}), MANIFEST)
    assert (refused.status, refused.code) == (413, "SIZE_INVALID")


@pytest.mark.parametrize("exists", [True, False], ids=["that exists", "that is missing"])
@pytest.mark.parametrize("kind", ["image", "index"])
def test_a_subject_is_confirmed(oci: OciHttp, exists: bool, kind: str):  # Pushing Manifests with Subject
    subject = image(oci)
    if exists:
        push(oci, subject)
    member = {"subject": descriptor_of(subject)}
    content, media_type = (image(oci, **member), MANIFEST) if kind == "image" else (index_document(**member), INDEX)
    created = oci.put_manifest(digest_of(content), content, media_type)
    assert (created.status, created.headers["oci-subject"]) == (201, digest_of(subject))


def test_without_a_subject_none_is_confirmed(oci: OciHttp):
    assert "oci-subject" not in oci.put_manifest("v1", image(oci), MANIFEST).headers


def test_several_tags_by_one_push(oci: OciHttp):  # Pushing Manifests (main)
    content, tags = image(oci), [f"tag{number}" for number in range(10)]
    query = "&".join(f"tag={tag}" for tag in tags)
    created = oci.put_manifest(f"{digest_of(content)}?{query}", content, MANIFEST)
    assert created.status == 201
    assert [tag.strip() for tag in created.headers["oci-tag"].split(",")] == tags
    for tag in tags:
        assert oci.ask("GET", f"manifests/{tag}").body == content


def test_one_tag_that_is_none_refuses_the_push(oci: OciHttp):
    content = image(oci)
    refused = oci.put_manifest(f"{digest_of(content)}?tag=good&tag=.bad", content, MANIFEST)
    assert (refused.status, refused.code) == (400, "MANIFEST_INVALID")
    assert [oci.ask("HEAD", f"manifests/{each}").status for each in (digest_of(content), "good")] == [404, 404]


def test_a_blob_that_is_missing_refuses_the_push(oci: OciHttp):
    missing = {"mediaType": "application/octet-stream", "digest": digest_of(b"missing"), "size": 7}
    for content in (image_document(missing), image_document(oci.put_blob(EMPTY), missing)):
        refused = oci.put_manifest("v1", content, MANIFEST)
        assert (refused.status, refused.code) == (404, "MANIFEST_BLOB_UNKNOWN")
    assert oci.ask("HEAD", "manifests/v1").status == 404


def test_a_manifest_that_is_missing_refuses_the_push_of_its_index(oci: OciHttp):
    refused = oci.put_manifest("v1", index_document(descriptor_of(b"missing")), INDEX)
    assert (refused.status, refused.code) == (404, "MANIFEST_BLOB_UNKNOWN")


def test_a_manifest_of_another_digest_is_refused(oci: OciHttp):
    refused = oci.put_manifest(digest_of(b"another"), image(oci), MANIFEST)
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


@pytest.mark.parametrize("content", [b"", b"no JSON", b"[]", b"{}", b'{"schemaVersion": 2, "config": 5, "layers": []}'])
def test_an_invalid_manifest_is_refused(oci: OciHttp, content: bytes):
    refused = oci.put_manifest("v1", content, MANIFEST)
    assert (refused.status, refused.code) == (400, "MANIFEST_INVALID")


def test_a_media_type_that_contradicts_the_manifest_is_refused(oci: OciHttp):
    refused = oci.put_manifest("v1", image(oci), INDEX)
    assert (refused.status, refused.code) == (400, "MANIFEST_INVALID")


@pytest.mark.parametrize("tag", [".dot", "-dash", "a%20b", "a" * 301, "a%2Fb"])
def test_a_tag_that_is_none_is_refused(oci: OciHttp, tag: str):
    assert oci.put_manifest(tag, image(oci), MANIFEST).status in (400, 404, 405)


def test_a_tag_moves(oci: OciHttp):
    first, second = image(oci), image(oci, annotations={"a": "b"})
    for content in (first, second):
        push(oci, content, reference="latest")
    assert oci.ask("GET", "manifests/latest").body == second
    assert oci.ask("GET", f"manifests/{digest_of(first)}").body == first
