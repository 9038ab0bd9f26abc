"""Images that are deleted, archived and referred to, through boto3, on the engines."""

from typing import Any

import pytest
from moorage.domain.images.manifest import OCI_MANIFEST

from tests.support.ecr.registry import Registry
from tests.support.images import descriptor, index, manifest
from tests.support.layers import digest_of

CONFIG, ONE, TWO = b"config", b"one", b"two"
FIRST, SECOND = manifest(CONFIG, ONE), manifest(CONFIG, TWO)


@pytest.fixture
def stocked(registry: Registry, repository: str) -> str:
    """A repository that has CONFIG, ONE and TWO."""
    for layer in (CONFIG, ONE, TWO):
        registry.push(repository, layer)
    return repository


def put(registry: Registry, repository: str, content: str, *tags: str) -> str:
    """PutImage with each of the tags; the digest."""
    for tag in tags or (None,):
        tagged = {"imageTag": tag} if tag else {}
        registry.ecr.put_image(repositoryName=repository, imageManifest=content, **tagged)
    return digest_of(content)


def delete(registry: Registry, repository: str, *ids: dict[str, str]) -> tuple[list[Any], dict[str, str]]:
    """What was deleted, and the code of each failure."""
    answer = registry.ecr.batch_delete_image(repositoryName=repository, imageIds=list(ids))
    return answer["imageIds"], {str(each["imageId"]): each["failureCode"] for each in answer["failures"]}


def ids(registry: Registry, repository: str, **more: Any) -> list[dict[str, str]]:
    """What ListImages answers."""
    return registry.ecr.list_images(repositoryName=repository, **more)["imageIds"]


def test_deleting_by_tag_removes_the_tag_and_with_the_last_one_the_image(registry: Registry, stocked: str):
    digest = put(registry, stocked, FIRST, "v1", "v2")
    deleted, failures = delete(registry, stocked, {"imageTag": "v1"})
    assert (deleted, failures) == ([{"imageDigest": digest, "imageTag": "v1"}], {})
    assert ids(registry, stocked) == [{"imageDigest": digest, "imageTag": "v2"}]
    delete(registry, stocked, {"imageTag": "v2"})
    assert ids(registry, stocked) == []


def test_deleting_by_digest_removes_every_tag(registry: Registry, stocked: str):
    tags = [f"v{number}" for number in range(120)]
    digest = put(registry, stocked, FIRST, *tags)
    assert delete(registry, stocked, {"imageDigest": digest}) == ([{"imageDigest": digest}], {})
    assert ids(registry, stocked) == []
    put(registry, stocked, FIRST, "v7")
    assert ids(registry, stocked) == [{"imageDigest": digest, "imageTag": "v7"}]


def test_an_image_that_an_index_names_is_deleted_after_the_index(registry: Registry, stocked: str):
    child, all_of_them = put(registry, stocked, FIRST, "v1"), index([FIRST])
    parent = put(registry, stocked, all_of_them, "all")
    deleted, failures = delete(registry, stocked, {"imageDigest": child})
    assert (deleted, failures) == ([], {str({"imageDigest": child}): "ImageReferencedByManifestList"})
    assert {"imageDigest": child, "imageTag": "v1"} in ids(registry, stocked)
    deleted, failures = delete(registry, stocked, {"imageDigest": child}, {"imageDigest": parent})
    assert (sorted(each["imageDigest"] for each in deleted), failures) == (sorted([child, parent]), {})
    assert ids(registry, stocked) == []


def test_the_last_tag_of_an_image_that_an_index_names_leaves_the_image(registry: Registry, stocked: str):
    child = put(registry, stocked, FIRST, "v1")
    put(registry, stocked, index([FIRST]), "all")
    delete(registry, stocked, {"imageTag": "v1"})
    assert {"imageDigest": child} in ids(registry, stocked)


def test_each_failure_of_a_deletion_has_the_apis_code(registry: Registry, stocked: str):
    codes = {
        str({"imageTag": "absent"}): "ImageNotFound",
        str({"imageDigest": "sha256:00"}): "InvalidImageDigest",
        str({}): "MissingDigestAndTag",
    }
    asked = [{"imageTag": "absent"}, {"imageDigest": "sha256:00"}, {}]
    assert delete(registry, stocked, *asked) == ([], codes)


def test_referrers_are_listed_by_their_subject_page_by_page(registry: Registry, stocked: str):
    subject = descriptor(FIRST, OCI_MANIFEST)
    put(registry, stocked, SECOND)
    made = {}
    for kind in ("a/signature", "b/bom"):
        content = manifest(
            CONFIG, media_type=OCI_MANIFEST, subject=subject, artifactType=kind, annotations={"kind": kind}
        )
        made[put(registry, stocked, content)] = (kind, len(content))
    found, more = [], {}
    while True:
        page = registry.ecr.list_image_referrers(
            repositoryName=stocked, subjectId={"imageDigest": digest_of(FIRST)}, maxResults=1, **more
        )
        found += page["referrers"]
        if "nextToken" not in page:
            break
        more = {"nextToken": page["nextToken"]}
    assert found == [
        {
            "digest": digest,
            "mediaType": OCI_MANIFEST,
            "artifactType": kind,
            "size": size,
            "annotations": {"kind": kind},
            "artifactStatus": "ACTIVE",
        }
        for digest, (kind, size) in sorted(made.items())
    ]
    page = registry.ecr.list_image_referrers(
        repositoryName=stocked, subjectId={"imageDigest": digest_of(FIRST)}, filter={"artifactTypes": ["b/bom"]}
    )
    assert [each["artifactType"] for each in page["referrers"]] == ["b/bom"]
    delete(registry, stocked, *({"imageDigest": digest} for digest in made))
    asked = {"repositoryName": stocked, "subjectId": {"imageDigest": digest_of(FIRST)}}
    assert registry.ecr.list_image_referrers(**asked)["referrers"] == []


def test_an_archived_image_is_not_pulled_until_it_is_restored(registry: Registry, stocked: str):
    digest = put(registry, stocked, FIRST, "v1")
    asked = {"repositoryName": stocked, "imageId": {"imageTag": "v1"}}
    for _ in range(2):
        answer = registry.ecr.update_image_storage_class(**asked, targetStorageClass="ARCHIVE")
        assert (answer["imageId"]["imageDigest"], answer["imageStatus"]) == (digest, "ARCHIVED")
    pulled = registry.ecr.batch_get_image(repositoryName=stocked, imageIds=[{"imageTag": "v1"}])
    assert [each["failureCode"] for each in pulled["failures"]] == ["ImageInaccessible"]
    assert ids(registry, stocked) == []
    assert ids(registry, stocked, filter={"imageStatus": "ARCHIVED"}) == [{"imageDigest": digest, "imageTag": "v1"}]
    assert registry.ecr.update_image_storage_class(**asked, targetStorageClass="STANDARD")["imageStatus"] == "ACTIVE"
    pulled = registry.ecr.batch_get_image(repositoryName=stocked, imageIds=[{"imageTag": "v1"}])
    assert pulled["images"][0]["imageManifest"] == FIRST
    (described,) = registry.ecr.describe_images(repositoryName=stocked)["imageDetails"]
    assert described["lastArchivedAt"] <= described["lastActivatedAt"]
    with pytest.raises(registry.ecr.exceptions.ImageNotFoundException):
        registry.ecr.update_image_storage_class(**asked | {"imageId": {"imageTag": "no"}}, targetStorageClass="ARCHIVE")


def test_deleting_a_repository_with_images_needs_force(registry: Registry, stocked: str):
    put(registry, stocked, FIRST, "v1")
    with pytest.raises(registry.ecr.exceptions.RepositoryNotEmptyException):
        registry.ecr.delete_repository(repositoryName=stocked)
    assert len(ids(registry, stocked)) == 1
    registry.ecr.delete_repository(repositoryName=stocked, force=True)
    registry.ecr.create_repository(repositoryName=stocked)
    assert ids(registry, stocked) == []
