"""Images through boto3, on the engines."""

import os
from typing import Any

import pytest
from moorage.domain.images.manifest import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST

from tests.support.ecr.registry import Registry
from tests.support.images import index, manifest
from tests.support.layers import digest_of

CONFIG, ONE, TWO = b"config", b"one", b"two"
OWNER = "000000000000"


@pytest.fixture
def stocked(registry: Registry, repository: str) -> str:
    """A repository that has CONFIG, ONE and TWO."""
    for layer in (CONFIG, ONE, TWO):
        registry.push(repository, layer)
    return repository


def put(registry: Registry, repository: str, content: str, tag: str | None = None, **more: Any) -> dict[str, Any]:
    """PutImage; the image that it answers."""
    tagged = {"imageTag": tag} if tag else {}
    return registry.ecr.put_image(repositoryName=repository, imageManifest=content, **tagged, **more)["image"]


def image(*layers: bytes, **more: Any) -> str:
    return manifest(CONFIG, *layers, **more)


@pytest.mark.parametrize("media_type", [DOCKER_MANIFEST, OCI_MANIFEST])
def test_an_image_comes_back_byte_for_byte(registry: Registry, stocked: str, media_type: str):
    content = image(ONE, TWO, media_type=media_type)
    expected = {
        "registryId": OWNER,
        "repositoryName": stocked,
        "imageId": {"imageDigest": digest_of(content), "imageTag": "v1"},
        "imageManifest": content,
        "imageManifestMediaType": media_type,
    }
    given = {"imageManifestMediaType": media_type, "imageDigest": digest_of(content)}
    assert put(registry, stocked, content, "v1", **given) == expected
    found = registry.ecr.batch_get_image(
        repositoryName=stocked, imageIds=[{"imageTag": "v1"}], acceptedMediaTypes=[media_type]
    )
    assert (found["images"], found["failures"]) == ([expected], [])


@pytest.mark.parametrize("media_type", [DOCKER_LIST, OCI_INDEX])
def test_an_index_comes_back_byte_for_byte(registry: Registry, stocked: str, media_type: str):
    content = index([image(ONE), image(TWO)], media_type)
    with pytest.raises(registry.ecr.exceptions.ReferencedImagesNotFoundException, match=digest_of(image(ONE))):
        put(registry, stocked, content, "all")
    for each in (image(ONE), image(TWO)):
        put(registry, stocked, each)
    put(registry, stocked, content, "all")
    found = registry.ecr.batch_get_image(repositoryName=stocked, imageIds=[{"imageDigest": digest_of(content)}])
    assert found["images"][0]["imageManifest"] == content
    assert found["images"][0]["imageManifestMediaType"] == media_type


def test_a_manifest_of_four_mebibytes_less_the_answers_escapes_comes_back(registry: Registry, stocked: str):
    large = image(ONE, annotations={"a": "x" * 4_000_000})
    put(registry, stocked, large, "large")
    found = registry.ecr.batch_get_image(repositoryName=stocked, imageIds=[{"imageTag": "large"}])
    assert found["images"][0]["imageManifest"] == large


def test_more_than_an_answer_can_hold_is_refused(registry: Registry, stocked: str):
    ids = []
    for each in ("a", "b"):
        content = image(ONE, annotations={each: "x" * 3_200_000})
        put(registry, stocked, content, each)
        ids.append({"imageTag": each})
    with pytest.raises(registry.ecr.exceptions.LimitExceededException, match="fewer images"):
        registry.ecr.batch_get_image(repositoryName=stocked, imageIds=ids)
    quotes = image(ONE, annotations={"q": '"' * 900_000})  # each of them is four characters of the answer, and more
    put(registry, stocked, quotes, "q")
    with pytest.raises(registry.ecr.exceptions.LimitExceededException, match="fewer images"):
        registry.ecr.batch_get_image(repositoryName=stocked, imageIds=[{"imageTag": "q"}])


def test_an_image_is_described_with_everything_that_is_known(registry: Registry, stocked: str):
    content = image(ONE, TWO, media_type=OCI_MANIFEST, subject={"digest": digest_of("subject"), "size": 1})
    for tag in ("v1", "latest"):
        put(registry, stocked, content, tag)
    (found,) = registry.ecr.describe_images(repositoryName=stocked)["imageDetails"]
    pushed_at = found.pop("imagePushedAt")
    assert found == {
        "registryId": OWNER,
        "repositoryName": stocked,
        "imageDigest": digest_of(content),
        "imageTags": ["latest", "v1"],
        "imageSizeInBytes": len(CONFIG + ONE + TWO),
        "imageManifestMediaType": OCI_MANIFEST,
        "artifactMediaType": "application/vnd.docker.container.image.v1+json",
        "subjectManifestDigest": digest_of("subject"),
        "imageStatus": "ACTIVE",
    }
    registry.ecr.batch_get_image(repositoryName=stocked, imageIds=[{"imageTag": "v1"}])
    (found,) = registry.ecr.describe_images(repositoryName=stocked, imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert found["lastRecordedPullTime"] >= pushed_at == found["imagePushedAt"]


def test_a_listing_has_every_tag_and_every_digest_without_one(registry: Registry, stocked: str):
    first, second, third = image(ONE), image(TWO), image(ONE, TWO)
    for content, tag in ((first, "v1"), (first, "v2"), (second, None), (third, "v2")):
        put(registry, stocked, content, tag)
    tagged = [
        {"imageDigest": digest_of(first), "imageTag": "v1"},
        {"imageDigest": digest_of(third), "imageTag": "v2"},
    ]
    untagged = [{"imageDigest": digest_of(second)}]
    for status, expected in (("TAGGED", tagged), ("UNTAGGED", untagged), ("ANY", tagged + untagged)):
        pages = registry.ecr.get_paginator("list_images").paginate(
            repositoryName=stocked, filter={"tagStatus": status}, PaginationConfig={"PageSize": 1}
        )
        found = [each for page in pages for each in page["imageIds"]]
        assert sorted(map(str, found)) == sorted(map(str, expected))
        described = registry.ecr.get_paginator("describe_images").paginate(
            repositoryName=stocked, filter={"tagStatus": status}, PaginationConfig={"PageSize": 1}
        )
        digests = [each["imageDigest"] for page in described for each in page["imageDetails"]]
        assert sorted(digests) == sorted({each["imageDigest"] for each in expected})


def test_a_pages_token_is_refused_by_any_other_listing(registry: Registry, stocked: str):
    for content in (image(ONE), image(TWO)):
        put(registry, stocked, content)
    token = registry.ecr.list_images(repositoryName=stocked, maxResults=1)["nextToken"]
    for ask, more in (
        (registry.ecr.describe_images, {}),
        (registry.ecr.list_images, {"filter": {"tagStatus": "TAGGED"}}),
    ):
        with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="nextToken"):
            ask(repositoryName=stocked, maxResults=1, nextToken=token, **more)
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match="maxResults"):
        registry.ecr.describe_images(repositoryName=stocked, imageIds=[{"imageTag": "v1"}], maxResults=1)


def test_each_refusal_of_a_push_is_the_apis(registry: Registry, stocked: str):
    exceptions = registry.ecr.exceptions
    put(registry, stocked, image(ONE), "v1")
    for refusal, content, more in (
        (exceptions.ImageAlreadyExistsException, image(ONE), {"imageTag": "v1"}),
        (exceptions.ImageAlreadyExistsException, image(ONE), {}),
        (exceptions.LayersNotFoundException, image(b"absent"), {}),
        (exceptions.ImageDigestDoesNotMatchException, image(TWO), {"imageDigest": digest_of("other")}),
        (exceptions.InvalidParameterException, "{}", {}),
        (exceptions.InvalidParameterException, image(TWO), {"imageTag": "no tag"}),
        (exceptions.InvalidParameterException, image(TWO), {"imageManifestMediaType": OCI_MANIFEST}),
    ):
        with pytest.raises(refusal):
            registry.ecr.put_image(repositoryName=stocked, imageManifest=content, **more)
    with pytest.raises(exceptions.RepositoryNotFoundException):
        put(registry, f"{stocked}/absent", image(ONE))


def test_an_immutable_tag_does_not_move(registry: Registry):
    name = f"contract/{os.urandom(8).hex()}"
    filters = [{"filterType": "WILDCARD", "filter": "latest*"}]
    registry.ecr.create_repository(
        repositoryName=name,
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=filters,
    )
    for layer in (CONFIG, ONE, TWO):
        registry.push(name, layer)
    for tag in ("v1", "latest-1"):
        put(registry, name, image(ONE), tag)
    put(registry, name, image(TWO), "latest-1")
    with pytest.raises(registry.ecr.exceptions.ImageTagAlreadyExistsException, match="'v1'"):
        put(registry, name, image(TWO), "v1")


def test_failures_of_a_batch_have_the_apis_codes(registry: Registry, stocked: str):
    put(registry, stocked, image(ONE), "v1")
    ids = [{"imageTag": "absent"}, {"imageDigest": "sha256:00"}, {}, {"imageTag": "v1"}]
    found = registry.ecr.batch_get_image(repositoryName=stocked, imageIds=ids)
    assert [each["imageId"]["imageTag"] for each in found["images"]] == ["v1"]
    failures = {str(each["imageId"]): each["failureCode"] for each in found["failures"]}
    assert failures == {
        str(ids[0]): "ImageNotFound",
        str(ids[1]): "InvalidImageDigest",
        str(ids[2]): "MissingDigestAndTag",
    }
    with pytest.raises(registry.ecr.exceptions.ImageNotFoundException, match="absent"):
        registry.ecr.describe_images(repositoryName=stocked, imageIds=[{"imageTag": "absent"}])
