"""Content whose object is gone or damaged comes back with the next push of its digest."""

from collections.abc import Callable

import boto3
import pytest
from moorage.domain.layer import Blob
from moorage.usecases.fsck.fsck import Fsck, fsck
from moorage_local.stack.stack import Stack

from tests.support.faults.fsck import put, remove
from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import ONE
from tests.support.images import manifest
from tests.support.layers import digest_of

NAME, OTHER = "lost", "lost/other"
DIGEST = digest_of(ONE)
Lose = Callable[[LocalRegistry, str], None]
Push = Callable[[LocalRegistry], None]


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    """One layer in one repository, and another repository."""
    made = LocalRegistry()
    for name in (NAME, OTHER):
        made.must("CreateRepository", repositoryName=name)
    made.push(NAME, ONE)
    made.reap()
    return made


def object_key(registry: LocalRegistry) -> str:
    (found,) = registry.fsck_ports.inventory.objects()
    return found.object_key


def delete(registry: LocalRegistry, key: str) -> None:
    boto3.client("s3").delete_object(Bucket=registry.settings.bucket, Key=key)


def availability(registry: LocalRegistry, name: str = NAME) -> str:
    found = registry.must("BatchCheckLayerAvailability", repositoryName=name, layerDigests=[DIGEST])
    return str(found["layers"][0]["layerAvailability"])


def check(registry: LocalRegistry) -> None:
    fsck(Fsck(verify=True, repair=True, min_multipart_age_seconds=-(10.0**9)), registry.fsck_ports, lambda *_: None)


def push_directly(registry: LocalRegistry, name: str) -> None:
    upload_id = registry.send_direct(name, ONE, ONE)
    assert registry.direct("POST", f"/{upload_id}/completion")[0] is None


def remove_record(registry: LocalRegistry, key: str) -> None:
    """Someone removes the record of the content. Its object stays."""
    del key
    remove(registry, f"BLOB#{registry.settings.registry_id}#{DIGEST}", "#META")


LOSSES: dict[str, Lose] = {
    "deleted": delete,
    "truncated": lambda registry, key: put(registry, key, ONE[:-1]),
    "damaged": lambda registry, key: put(registry, key, bytes(reversed(ONE))),
    "without its record": remove_record,
}
PUSHES: dict[str, Push] = {
    "relayed, same repository": lambda registry: _is(registry.push(NAME, ONE)),
    "relayed, another repository": lambda registry: _is(registry.push(OTHER, ONE)),
    "direct, same repository": lambda registry: push_directly(registry, NAME),
    "direct, another repository": lambda registry: push_directly(registry, OTHER),
}


def _is(digest: str) -> None:
    assert digest == DIGEST


@pytest.mark.parametrize("push", PUSHES)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_next_push_restores_what_was_lost(registry: LocalRegistry, loss: str, push: str) -> None:
    lost_key = object_key(registry)
    LOSSES[loss](registry, lost_key)
    if loss == "damaged":
        # Its size is right: only reading it tells.
        check(registry)
    PUSHES[push](registry)
    registry.reap()
    assert object_key(registry) != lost_key, "the lost object is removed and the new one stays"
    assert availability(registry) == "AVAILABLE"
    assert registry.download(NAME, DIGEST) == ONE
    registry.expire(registry.settings.blob_grace_seconds + registry.settings.upload_lifetime_seconds)
    registry.reap()
    assert registry.download(NAME, DIGEST) == ONE
    assert not registry.findings(verify=True)


@pytest.mark.parametrize("loss", LOSSES)
def test_what_fsck_found_lost_is_unavailable_until_it_is_pushed_again(registry: LocalRegistry, loss: str) -> None:
    LOSSES[loss](registry, object_key(registry))
    check(registry)
    assert availability(registry) == "UNAVAILABLE"
    error, _ = registry.call("GetDownloadUrlForLayer", repositoryName=NAME, layerDigest=DIGEST)
    assert error == "LayersNotFoundException"
    assert registry.findings(verify=True), "it is reported until it is restored"
    registry.push(NAME, ONE)
    assert availability(registry) == "AVAILABLE"
    assert registry.download(NAME, DIGEST) == ONE


def test_a_lost_layer_has_the_links_that_it_had(registry: LocalRegistry) -> None:
    registry.push(OTHER, ONE)
    delete(registry, object_key(registry))
    registry.push(OTHER, ONE)
    registry.reap()
    assert not registry.findings(verify=True)
    assert registry.download(NAME, DIGEST) == registry.download(OTHER, DIGEST) == ONE
    registry.require_nothing_left()


def test_a_mark_that_comes_after_the_restoration_changes_nothing(registry: LocalRegistry) -> None:
    (blob,) = [record for record in registry.fsck_ports.inventory.records() if isinstance(record, Blob)]
    delete(registry, object_key(registry))
    registry.push(NAME, ONE)
    registry.ports.catalog.mark_lost(blob, registry.now)
    assert availability(registry) == "AVAILABLE"


def test_an_image_waits_for_a_lost_layer_until_it_is_pushed_again(registry: LocalRegistry) -> None:
    registry.push(NAME, b"config")
    image = {"repositoryName": NAME, "imageManifest": manifest(b"config", ONE), "imageTag": "v1"}
    delete(registry, next(each.object_key for each in registry.fsck_ports.inventory.objects() if each.size_bytes > 100))
    check(registry)
    error, body = registry.call("PutImage", **image)
    assert error == "LayersNotFoundException"
    assert DIGEST in body["message"]
    registry.push(NAME, ONE)
    registry.must("PutImage", **image)
    assert registry.download(NAME, DIGEST) == ONE


def test_fsck_keeps_the_object_of_a_layer_whose_content_has_no_record(registry: LocalRegistry) -> None:
    key = object_key(registry)
    remove_record(registry, key)
    check(registry)
    assert object_key(registry) == key
    registry.push(NAME, ONE)
    registry.expire(registry.settings.upload_lifetime_seconds)  # the first push's upload keeps the first object
    check(registry)
    assert object_key(registry) != key
    assert registry.download(NAME, DIGEST) == ONE
    assert not registry.findings(verify=True)
