"""Operations on images, in every shape they take."""

from typing import Any

from tests.support.faults.registry import Act, Answer, LocalRegistry
from tests.support.images import descriptor, index, manifest
from tests.support.layers import digest_of

CONFIG, LAYER = b"a config", b"a layer of an image"
SMALL = manifest(CONFIG, LAYER)
LARGE = manifest(CONFIG, LAYER, annotations={"a": "x" * 70_000})
ALREADY = frozenset({None, "ImageAlreadyExistsException"})


def _stock(registry: LocalRegistry, name: str, *images: str) -> None:
    for layer in (CONFIG, LAYER):
        registry.push(name, layer)
    for content in images:
        registry.must("PutImage", repositoryName=name, imageManifest=content)


def _asking(registry: LocalRegistry, operation: str, name: str, **members: Any) -> Act:
    return lambda: registry.call(operation, repositoryName=name, **members)


def put(registry: LocalRegistry, name: str) -> Act:
    """A new image with a tag and a subject."""
    _stock(registry, name)
    about = manifest(CONFIG, LAYER, subject=descriptor("subject"))
    return _asking(registry, "PutImage", name, imageManifest=about, imageTag="v1")


def put_large(registry: LocalRegistry, name: str) -> Act:
    """One whose manifest is an object, read again."""
    _stock(registry, name)
    putting = _asking(registry, "PutImage", name, imageManifest=LARGE, imageTag="v1")

    def act() -> Answer:
        error, body = putting()
        return _pulling(registry, name)() if error in ALREADY else (error, body)

    return act


def _pulling(registry: LocalRegistry, name: str) -> Act:
    def act() -> Answer:
        error, body = registry.call("BatchGetImage", repositoryName=name, imageIds=[{"imageDigest": digest_of(LARGE)}])
        if error is None and body["failures"]:
            assert body["failures"][0]["failureCode"] == "KmsError"
            return "KmsException", body
        assert error is not None or body["images"][0]["imageManifest"] == LARGE
        return error, body

    return act


def put_index(registry: LocalRegistry, name: str) -> Act:
    """An index of two images."""
    _stock(registry, name, SMALL, LARGE)
    return _asking(registry, "PutImage", name, imageManifest=index([SMALL, LARGE]), imageTag="all")


def move_tag(registry: LocalRegistry, name: str) -> Act:
    """A tag that points to another image, to one that is there."""
    _stock(registry, name, SMALL)
    registry.must("PutImage", repositoryName=name, imageManifest=LARGE, imageTag="v1")
    return _asking(registry, "PutImage", name, imageManifest=SMALL, imageTag="v1")


def get(registry: LocalRegistry, name: str) -> Act:
    """The day's first pull."""
    _stock(registry, name, LARGE)
    return _pulling(registry, name)


def describe(registry: LocalRegistry, name: str) -> Act:
    """By tag."""
    move_tag(registry, name)()
    return _asking(registry, "DescribeImages", name, imageIds=[{"imageTag": "v1"}])


def list_ids(registry: LocalRegistry, name: str) -> Act:
    """A page of ids."""
    move_tag(registry, name)()
    return _asking(registry, "ListImages", name, maxResults=1)


def delete_repository(registry: LocalRegistry, name: str) -> Act:
    """A repository with images."""
    put_index(registry, name)()
    return _asking(registry, "DeleteRepository", name, force=True)
