"""Operations that only read, and the few changes of images that no other module has."""

from collections.abc import Callable
from typing import Any

from tests.support.faults.image_scenarios import LAYER, SMALL, move_tag, put
from tests.support.faults.registry import Act, LocalRegistry
from tests.support.faults.settings_scenarios import put_policy, set_repository_policy, start_preview
from tests.support.layers import digest_of

Prepare = Callable[[LocalRegistry, str], Act]


def in_repository(operation: str, **members: Any) -> Prepare:
    """An operation on a repository that has an image and a policy of each kind, and nothing else to prepare."""

    def prepare(registry: LocalRegistry, name: str) -> Act:
        for change in (move_tag, put_policy, set_repository_policy, start_preview):
            error, body = change(registry, name)()
            assert error is None, body
        return lambda: registry.call(operation, repositoryName=name, **members)

    return prepare


def of_registry(operation: str, **members: Any) -> Prepare:
    """An operation on the registry itself."""

    def prepare(registry: LocalRegistry, _name: str) -> Act:
        return lambda: registry.call(operation, **members)

    return prepare


check_layers = in_repository("BatchCheckLayerAvailability", layerDigests=[digest_of(LAYER)])
get_download_url = in_repository("GetDownloadUrlForLayer", layerDigest=digest_of(LAYER))
delete_tag = in_repository("BatchDeleteImage", imageIds=[{"imageTag": "v1"}])
delete_image = in_repository("BatchDeleteImage", imageIds=[{"imageDigest": digest_of(SMALL)}])
archive = in_repository(
    "UpdateImageStorageClass", imageId={"imageDigest": digest_of(SMALL)}, targetStorageClass="ARCHIVE"
)


def list_referrers(registry: LocalRegistry, name: str) -> Act:
    """Of a subject that the repository does not have as an image."""
    error, body = put(registry, name)()
    assert error is None, body
    subject = {"imageDigest": digest_of("subject")}
    return lambda: registry.call("ListImageReferrers", repositoryName=name, subjectId=subject)


def describe(registry: LocalRegistry, name: str) -> Act:
    """A repository by its name."""
    return lambda: registry.call("DescribeRepositories", repositoryNames=[name])
