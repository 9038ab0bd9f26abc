"""Layers through an unmodified boto3 client: pushed, found, fetched."""

import os
import urllib.request

import pytest

from tests.support.ecr.registry import MIB, Registry
from tests.support.layers import digest_of

BYTES = os.urandom(16 * MIB)


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return answer.read()


@pytest.mark.parametrize(
    "sizes",
    [(5 * MIB, 5 * MIB, 5 * MIB, 1234), (10 * MIB, 3), (1,), (5 * MIB, 6 * MIB, 5 * MIB)],
    ids=["three of 5 MiB and a short one", "10 MiB and a short one", "one byte", "of different sizes"],
)
def test_a_layer_in_parts_comes_back_as_the_bytes_it_was(registry: Registry, repository: str, sizes: tuple[int, ...]):
    content = BYTES[: sum(sizes)]
    places = [sum(sizes[:count]) for count in range(len(sizes))]
    upload_id = registry.upload(repository, *(content[at : at + size] for at, size in zip(places, sizes, strict=True)))

    completed = registry.complete(repository, upload_id, digest_of(content))

    del completed["ResponseMetadata"]
    assert completed == {
        "registryId": "000000000000",
        "repositoryName": repository,
        "uploadId": upload_id,
        "layerDigest": digest_of(content),
    }
    found = registry.ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=digest_of(content))
    assert found["layerDigest"] == digest_of(content)
    assert fetched(found["downloadUrl"]) == content


def test_parts_of_20_mib_are_taken(registry: Registry, repository: str):
    content = BYTES + BYTES[: 4 * MIB]
    upload_id = registry.upload(repository, content, content, b"end")
    digest = digest_of(content * 2 + b"end")
    assert registry.complete(repository, upload_id, digest)["layerDigest"] == digest


def test_the_part_size_advertised_is_the_deployments(registry: Registry, repository: str):
    assert registry.ecr.initiate_layer_upload(repositoryName=repository)["partSize"] == 10485760


def test_a_part_answers_the_last_byte_of_the_layer_so_far(registry: Registry, repository: str):
    upload_id = registry.upload(repository, BYTES[: 5 * MIB])
    answered = registry.send(repository, upload_id, 5 * MIB, b"next")
    del answered["ResponseMetadata"]
    assert answered == {
        "registryId": "000000000000",
        "repositoryName": repository,
        "uploadId": upload_id,
        "lastByteReceived": 5 * MIB + 3,
    }


def test_availability_is_told_of_each_digest(registry: Registry, repository: str):
    present, absent = registry.push(repository, b"a layer"), digest_of(b"no layer")
    found = registry.ecr.batch_check_layer_availability(
        repositoryName=repository, layerDigests=[absent, present, "nonsense", present]
    )
    assert found["layers"] == [
        {
            "layerDigest": present,
            "layerAvailability": "AVAILABLE",
            "layerSize": 7,
            "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        },
        {"layerDigest": absent, "layerAvailability": "UNAVAILABLE"},
    ]
    assert [(one["layerDigest"], one["failureCode"]) for one in found["failures"]] == [
        ("nonsense", "InvalidLayerDigest")
    ]


def test_a_hundred_digests_are_checked_at_once(registry: Registry, repository: str):
    digests = [digest_of(b"%d" % number) for number in range(100)]
    registry.push(repository, b"42")
    with registry.requests() as requests:
        found = registry.ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=digests)["layers"]
    assert [one["layerDigest"] for one in found if one["layerAvailability"] == "AVAILABLE"] == [digests[42]]
    assert len(found) == 100
    assert requests == ["BatchGetItem"] * 3, "the repository, and 100 layers with their 100 content records"


def test_a_layer_that_is_not_there_has_no_url(registry: Registry, repository: str):
    with pytest.raises(registry.ecr.exceptions.LayersNotFoundException, match=digest_of(b"none")):
        registry.ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=digest_of(b"none"))


def test_a_layer_of_one_repository_is_not_reachable_through_another(registry: Registry, repository: str):
    other = f"{repository}/other"
    registry.ecr.create_repository(repositoryName=other)
    digest = registry.push(repository, b"mine alone")
    with pytest.raises(registry.ecr.exceptions.LayersNotFoundException):
        registry.ecr.get_download_url_for_layer(repositoryName=other, layerDigest=digest)
    found = registry.ecr.batch_check_layer_availability(repositoryName=other, layerDigests=[digest])
    assert found["layers"][0]["layerAvailability"] == "UNAVAILABLE"


def test_content_that_two_repositories_have_is_stored_once(registry: Registry, repository: str):
    other = f"{repository}/other"
    registry.ecr.create_repository(repositoryName=other)
    content = os.urandom(1000)
    urls = [
        registry.ecr.get_download_url_for_layer(repositoryName=name, layerDigest=registry.push(name, content))
        for name in (repository, other)
    ]
    first, second = (url["downloadUrl"].partition("?")[0] for url in urls)
    assert first == second
    assert fetched(urls[1]["downloadUrl"]) == content
