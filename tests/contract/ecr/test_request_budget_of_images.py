"""What an image costs in requests to AWS, whatever else its repository has."""

import pytest

from tests.support.ecr.registry import Registry
from tests.support.images import manifest
from tests.support.layers import digest_of

LARGE = {"annotations": {"a": "x" * 70_000}}


@pytest.fixture(scope="module")
def layers(registry: Registry) -> list[bytes]:
    """127 layers of the repository `budget`; the first is a config."""
    registry.ecr.create_repository(repositoryName="budget")
    contents = [f"layer {number}".encode() for number in range(128)]
    for content in contents:
        registry.push("budget", content)
    return contents


@pytest.mark.parametrize(("number", "reads", "uses"), [(10, 1, 1), (127, 2, 2)])
def test_a_push_takes_four_requests_and_seven_of_127_layers(
    registry: Registry, layers: list[bytes], number: int, reads: int, uses: int
):
    content = manifest(*layers[: number + 1])
    with registry.requests() as requests:
        registry.ecr.put_image(repositoryName="budget", imageManifest=content, imageTag=f"t{number}")
    read, write = ["BatchGetItem"] * reads, ["TransactWriteItems"] * uses
    assert requests == [*read, *write, *read, "TransactWriteItems"]
    with registry.requests() as requests:
        registry.ecr.put_image(repositoryName="budget", imageManifest=content, imageTag=f"another{number}")
    assert requests == [*read, "TransactWriteItems"]


def test_a_push_of_127_layers_whose_manifest_is_large_takes_eight(registry: Registry, layers: list[bytes]):
    with registry.requests() as requests:
        registry.ecr.put_image(repositoryName="budget", imageManifest=manifest(*layers, **LARGE), imageTag="large")
    read, write = ["BatchGetItem"] * 2, ["TransactWriteItems"] * 2
    assert requests == [*read, *write, "PutObject", *read, "TransactWriteItems"]


def test_a_pull_by_tag_takes_two_one_more_for_the_days_first_and_one_for_a_large_manifest(
    registry: Registry, layers: list[bytes]
):
    small = manifest(*layers[:2])
    large = manifest(*layers[:2], **LARGE)
    for content, tag, more in ((small, "small", []), (large, "big", ["GetObject"])):
        registry.ecr.put_image(repositoryName="budget", imageManifest=content, imageTag=tag)
        for ids, read in (
            ({"imageTag": tag}, ["BatchGetItem"] * 2),
            ({"imageDigest": digest_of(content)}, ["BatchGetItem"]),
        ):
            with registry.requests() as requests:
                registry.ecr.batch_get_image(repositoryName="budget", imageIds=[ids])
            first_of_the_day = ["UpdateItem"] if "imageTag" in ids else []
            assert requests == [*read, *more, *first_of_the_day]


def test_describing_one_digest_takes_two(registry: Registry, layers: list[bytes]):
    content = manifest(*layers[:3])
    registry.ecr.put_image(repositoryName="budget", imageManifest=content, imageTag="described")
    with registry.requests() as requests:
        registry.ecr.describe_images(repositoryName="budget", imageIds=[{"imageDigest": digest_of(content)}])
    assert requests == ["BatchGetItem", "Query"]


def test_a_page_of_a_listing_takes_two(registry: Registry, layers: list[bytes]):
    for number in range(10):
        registry.ecr.put_image(repositoryName="budget", imageManifest=manifest(layers[number]), imageTag=f"l{number}")
    for ask in (registry.ecr.list_images, registry.ecr.describe_images):
        with registry.requests() as requests:
            ask(repositoryName="budget", maxResults=1)
        assert requests == ["BatchGetItem", "Query"]
