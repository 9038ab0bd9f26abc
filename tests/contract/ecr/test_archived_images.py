"""Layers of archived images, through boto3, on the engines: the answers that ECR's model has for them."""

import pytest
from moorage.domain.images.manifest import OCI_MANIFEST

from tests.support.ecr.registry import Registry
from tests.support.images import manifest
from tests.support.layers import digest_of

CONFIG, SHARED, OLD, UNUSED = b"config", b"shared layer", b"layer of the old image", b"layer of no image"
OLD_IMAGE, NEW_IMAGE = manifest(CONFIG, SHARED, OLD), manifest(CONFIG, SHARED)


@pytest.fixture
def archived(registry: Registry, repository: str) -> str:
    """A repository with an archived image `old`, which shares config and a layer with the image `new`."""
    for layer in (CONFIG, SHARED, OLD, UNUSED):
        registry.push(repository, layer)
    registry.ecr.put_image(repositoryName=repository, imageManifest=OLD_IMAGE, imageTag="old")
    registry.ecr.put_image(repositoryName=repository, imageManifest=NEW_IMAGE, imageTag="new")
    change(registry, repository, "old", "ARCHIVE")
    return repository


def change(registry: Registry, repository: str, tag: str, storage_class: str) -> None:
    registry.ecr.update_image_storage_class(
        repositoryName=repository, imageId={"imageTag": tag}, targetStorageClass=storage_class
    )


def availability(registry: Registry, repository: str, *layers: bytes) -> list[str]:
    digests = [digest_of(layer) for layer in layers]
    answer = registry.ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=digests)
    assert answer["failures"] == []
    found = {each["layerDigest"]: each["layerAvailability"] for each in answer["layers"]}
    return [found[digest] for digest in digests]


def is_readable(registry: Registry, repository: str, layer: bytes) -> bool:
    try:
        registry.ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=digest_of(layer))
    except registry.ecr.exceptions.LayerInaccessibleException as refusal:
        return "is archived" not in str(refusal)
    return True


def test_a_layer_that_only_archived_images_use_is_archived(registry: Registry, archived: str):
    layers = (CONFIG, SHARED, OLD, UNUSED, b"another")
    assert availability(registry, archived, *layers) == [
        "AVAILABLE",
        "AVAILABLE",
        "ARCHIVED",
        "AVAILABLE",
        "UNAVAILABLE",
    ]
    assert [is_readable(registry, archived, layer) for layer in layers[:4]] == [True, True, False, True]


def test_it_is_available_once_an_image_is_restored(registry: Registry, archived: str):
    change(registry, archived, "new", "ARCHIVE")
    assert availability(registry, archived, CONFIG, SHARED, OLD) == ["ARCHIVED"] * 3
    change(registry, archived, "new", "STANDARD")
    assert availability(registry, archived, CONFIG, SHARED, OLD) == ["AVAILABLE", "AVAILABLE", "ARCHIVED"]
    change(registry, archived, "old", "STANDARD")
    assert availability(registry, archived, OLD) == ["AVAILABLE"]
    assert is_readable(registry, archived, OLD)


def test_it_is_available_to_a_new_image_that_names_it(registry: Registry, archived: str):
    content = manifest(CONFIG, OLD, media_type=OCI_MANIFEST)
    registry.ecr.put_image(repositoryName=archived, imageManifest=content)
    assert availability(registry, archived, OLD) == ["AVAILABLE"]


@pytest.mark.parametrize("tag", [None, "old", "older"])
def test_pushing_an_archived_image_again_restores_it(registry: Registry, archived: str, tag: str | None):
    tagged = {"imageTag": tag} if tag else {}
    answer = registry.ecr.put_image(repositoryName=archived, imageManifest=OLD_IMAGE, **tagged)
    assert answer["image"]["imageId"]["imageDigest"] == digest_of(OLD_IMAGE)
    wanted = [{"imageTag": each} for each in {"old", tag or "old"}]
    pulled = registry.ecr.batch_get_image(repositoryName=archived, imageIds=wanted)
    assert (len(pulled["images"]), pulled["failures"]) == (len(wanted), [])
    with pytest.raises(registry.ecr.exceptions.ImageAlreadyExistsException):
        registry.ecr.put_image(repositoryName=archived, imageManifest=OLD_IMAGE, **tagged)
    (described,) = registry.ecr.describe_images(repositoryName=archived, imageIds=[{"imageTag": "old"}])["imageDetails"]
    assert described["imageStatus"] == "ACTIVE"
