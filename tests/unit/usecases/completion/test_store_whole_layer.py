"""A layer that arrives whole: S3 verifies it, and it is committed as every other layer is."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import (
    InvalidLayerError,
    LayerAlreadyExistsError,
    LimitExceededError,
    RepositoryNotFoundError,
    UnavailableError,
    UploadNotFoundError,
)
from moorage.domain.uploads.upload import Upload, UploadMode, UploadStatus
from moorage.usecases.completion.complete_layer_upload import CompletedLayer
from moorage.usecases.completion.store_whole_layer import StoreWholeLayer, can_store_whole, store_whole_layer
from moorage.usecases.ports.content import PutOutcome

from tests.support.fakes.memory_unrecorded import MemoryUnrecorded
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import after, before, counting, failing_after, failing_before
from tests.support.layers import digest_of

CONTENT = b"a layer that arrives in one request"
DIGEST = Digest.of(digest_of(CONTENT))
STEPS = ["content.put_object", "catalog.commit_unrecorded"]


def store(world: World, content: bytes = CONTENT, name: str = REPOSITORY, **changed: Any) -> CompletedLayer:
    ports = changed.pop("ports", world.ports)
    members = {
        "repository": world.repository_id(name),
        "layer_digest": Digest.of(digest_of(content)),
        "size_bytes": len(content),
        "chunks": [content[:9], content[9:]],
        **changed,
    }
    return store_whole_layer(StoreWholeLayer(**members), ports)


def only_upload(world: World) -> Any:
    [upload] = world.records.uploads.values()
    return upload


def only_object(world: World) -> Any:
    [stored] = world.content.objects.values()
    return stored


def test_the_bytes_become_a_layer_by_one_object_and_no_record_of_an_upload(world: World):
    completed = store(world, media_type="a/b")
    layer = world.records.layers[REGISTRY_ID, REPOSITORY, DIGEST]
    assert (completed.layer_digest, completed.upload.upload_id) == (DIGEST, layer.upload_id)
    assert (layer.size_bytes, layer.media_type) == (len(CONTENT), "a/b")
    assert world.content.objects[world.records.blobs[REGISTRY_ID, DIGEST, ""].object_key].body == CONTENT
    assert not world.content.multiparts
    assert not world.records.uploads


@pytest.mark.parametrize("knows_repository", [True, False])
def test_each_step_is_taken_once(world: World, knows_repository: bool):
    ports, notes = world.ports, []
    for call in ("repositories.get", *STEPS, "uploads.create", "content.head", "catalog.look_up"):
        ports, calls = counting(ports, call)
        notes.append(calls)
    known = world.ports.repositories.get(world.repository_id()) if knows_repository else None
    store(world, ports=ports, known_repository=known)
    assert [len(calls) for calls in notes] == [0 if knows_repository else 1, 1, 1, 0, 0, 0]


def test_an_empty_layer_is_a_layer(world: World):
    assert str(store(world, b"", chunks=[]).layer_digest) == digest_of(b"")


@pytest.mark.parametrize("sent", [CONTENT[::-1], b"?" * len(CONTENT), CONTENT[:-1], CONTENT + b"!", b""])
def test_other_bytes_than_announced_never_become_the_layer(world: World, sent: bytes):
    with pytest.raises(InvalidLayerError):
        store(world, chunks=[sent])
    assert not world.records.layers
    assert not world.records.blobs
    assert not world.content.objects


def test_what_reading_the_body_raises_comes_back_and_nothing_is_stored(world: World):
    def broken() -> Iterator[bytes]:
        yield CONTENT[:5]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store(world, chunks=broken())
    assert not world.content.objects
    assert not world.records.uploads


@pytest.mark.parametrize("call", STEPS)
@pytest.mark.parametrize("fail", [failing_before, failing_after])
def test_a_request_interrupted_at_any_call_succeeds_when_it_is_sent_again(world: World, call: str, fail):
    with pytest.raises(UnavailableError):
        store(world, ports=fail(world.ports, call, UnavailableError()))
    if (call, fail) == ("catalog.commit_unrecorded", failing_after):
        with pytest.raises(LayerAlreadyExistsError):
            store(world)
    else:
        assert store(world).layer_digest == DIGEST
    assert len(world.records.layers) == 1


@pytest.mark.parametrize("keeps_checksums", [True, False])
def test_an_object_of_a_request_whose_answer_was_lost_is_believed_by_s3s_checksum_only(keeps_checksums: bool):
    """botocore sends the request again, and S3 answers that the key has an object."""
    world = World(keeps_checksums=keeps_checksums)
    world.create()
    content: Any = world.content

    class Twice:
        def __getattr__(self, name: str) -> Any:
            return getattr(content, name)

        def put_object(self, *arguments: Any) -> Any:
            upload, chunks, *rest = arguments
            body = list(chunks)
            content.put_object(upload, body, *rest)
            return content.put_object(upload, body, *rest)

    ports = replace(world.ports, content=Twice())
    if keeps_checksums:
        assert store(world, ports=ports).layer_digest == DIGEST
    else:
        with pytest.raises(InvalidLayerError, match="without a SHA-256 of the whole object"):
            store(world, ports=ports)
        assert only_upload(world).status is UploadStatus.FAILED


@pytest.mark.parametrize(
    "changed",
    [
        {"sha256": b"\0" * 32},
        {"sha256": None},
        {"sha256": None, "parts_sha256": bytes.fromhex(DIGEST.hex)},
        {"body": b"!"},
    ],
    ids=["another hash", "no hash", "a hash over the parts", "another length"],
)
def test_an_object_that_is_there_already_is_believed_by_a_sha256_of_the_whole_object_only(
    world: World, changed: dict[str, Any]
):
    """The SDK sends PutObject again, and the key has an object: here another one than ours."""
    content: Any = world.content

    class Met:
        def __getattr__(self, name: str) -> Any:
            return getattr(content, name)

        def put_object(self, upload: Upload, *rest: Any) -> PutOutcome:
            content.put_object(upload, *rest)
            content.objects[upload.object_key] = replace(content.objects[upload.object_key], **changed)
            return PutOutcome.EXISTS

    met: Any = Met()
    with pytest.raises(InvalidLayerError):
        store(world, ports=replace(world.ports, content=met))
    assert not world.records.layers
    assert only_upload(world).status is UploadStatus.FAILED


def test_a_commit_that_was_written_without_its_answer_is_no_failure(world: World):
    """DynamoDB refuses the repetition: the layer is there, by this very upload."""
    catalog: Any = world.ports.catalog

    class Forgetful:
        def __getattr__(self, name: str) -> Any:
            return getattr(catalog, name)

        def commit_unrecorded(self, *arguments: Any) -> bool:
            return catalog.commit_unrecorded(*arguments) and catalog.commit_unrecorded(*arguments)

    forgetful: Any = Forgetful()
    assert store(world, ports=replace(world.ports, catalog=forgetful)).layer_digest == DIGEST
    assert not world.records.uploads


def test_a_request_that_slept_until_its_upload_expired_commits_nothing(world: World):
    def sleep() -> None:
        world.clock.now += world.ports.limits.upload_lifetime_seconds

    with pytest.raises(UploadNotFoundError):
        store(world, ports=after(world.ports, "content.put_object", sleep))
    assert not world.records.layers


def test_an_object_that_was_abandoned_meanwhile_never_becomes_a_layer(world: World):
    """A request slept for days between PutObject and its commit."""

    def abandon() -> None:
        [object_key] = world.content.objects
        assert MemoryUnrecorded(world.records, world.content, REGISTRY_ID).abandon(object_key, world.clock.now)

    with pytest.raises(UploadNotFoundError):
        store(world, ports=before(world.ports, "catalog.commit_unrecorded", abandon))
    assert not world.records.layers
    assert not world.records.blobs


def test_content_that_the_registry_has_is_linked_after_s3_verified_ours(world: World):
    world.create("harbour/other")
    theirs = world.pushed(CONTENT, "harbour/other")
    completed = store(world)
    blob = world.records.blobs[REGISTRY_ID, DIGEST, ""]
    assert blob.object_key == world.head(theirs).object_key
    upload = world.head(completed.upload.upload_id)
    assert (upload.mode, upload.status, upload.keeps_object) == (UploadMode.WHOLE, UploadStatus.COMPLETED, False)


@pytest.mark.parametrize("call", ["catalog.commit_unrecorded", "uploads.record", "catalog.look_up", "catalog.commit"])
def test_a_commit_that_takes_place_late_is_the_layer_or_nothing(world: World, call: str):
    """DynamoDB refuses a repetition of the commit, and writes the first request only now."""
    late: list[Any] = []
    catalog: Any = world.ports.catalog

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(catalog, name)

        def commit_unrecorded(self, *arguments: Any) -> bool:
            late.append(arguments)
            return False

    def arrive() -> None:
        if late:
            catalog.commit_unrecorded(*late.pop())

    slow: Any = Slow()
    ports = before(replace(world.ports, catalog=slow), call, arrive)
    assert store(world, ports=ports).layer_digest == DIGEST
    blob = world.records.blobs[REGISTRY_ID, DIGEST, ""]
    assert world.content.objects[blob.object_key].body == CONTENT
    assert [upload.keeps_object for upload in world.records.uploads.values()] in ([], [True])


@pytest.mark.parametrize("call", ["uploads.record", "catalog.look_up", "catalog.commit", "uploads.settle"])
@pytest.mark.parametrize("weave", [before, after])
def test_of_two_requests_with_known_content_one_commits_and_both_objects_go(world: World, weave: Any, call: str):
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    with suppress(LayerAlreadyExistsError):
        store(world, ports=weave(world.ports, call, lambda: store(world)))
    assert len(world.records.layers) == 2
    uploads = [upload for upload in world.records.uploads.values() if upload.mode is UploadMode.WHOLE]
    assert all(upload.status is not UploadStatus.OPEN and not upload.keeps_object for upload in uploads)


@pytest.mark.parametrize("weave", [before, after])
@pytest.mark.parametrize("call", STEPS[:1])
def test_of_two_requests_with_one_layer_exactly_one_commits(world: World, weave, call: str):
    with pytest.raises(LayerAlreadyExistsError):
        store(world, ports=weave(world.ports, call, lambda: store(world)))
    assert only_upload(world).status is UploadStatus.SUPERSEDED


def test_a_repository_that_is_gone_gets_no_layer(world: World):
    known = world.ports.repositories.get(world.repository_id())
    world.delete()
    with pytest.raises(RepositoryNotFoundError):
        store(world)
    with pytest.raises((RepositoryNotFoundError, UploadNotFoundError)):
        store(world, known_repository=known)
    world.create()
    with pytest.raises((RepositoryNotFoundError, UploadNotFoundError)):
        store(world, known_repository=known)
    assert not world.records.layers


def test_what_one_request_cannot_take_is_refused_before_anything_is_written(world: World):
    sha512 = Digest("sha512", "0" * 128)
    with pytest.raises(LimitExceededError):
        store(world, size_bytes=151)
    with pytest.raises(LimitExceededError):
        store(world, layer_digest=sha512, size_bytes=21)
    assert not world.records.uploads
    assert [can_store_whole(DIGEST, size, world.ports) for size in (0, 150, 151)] == [True, True, False]
    # Of sha512, as much as is kept in memory.
    assert [can_store_whole(sha512, size, world.ports) for size in (0, 20, 21)] == [True, True, False]


@pytest.mark.parametrize("content", [b"", b"up to 20 bytes"])
def test_a_small_layer_of_sha512_is_hashed_here_and_by_s3(world: World, content: bytes):
    digest = Digest("sha512", hashlib.sha512(content).hexdigest())
    completed = store(world, content, layer_digest=digest)
    assert completed.layer_digest == digest
    assert only_object(world).body == content


@pytest.mark.parametrize("sent", [b"other bytes!!!", b"up to 20 byte", b"up to 20 bytes."])
def test_a_small_layer_of_another_sha512_writes_nothing(world: World, sent: bytes):
    digest = Digest("sha512", hashlib.sha512(b"up to 20 bytes").hexdigest())
    with pytest.raises(InvalidLayerError):
        store(world, layer_digest=digest, size_bytes=14, chunks=[sent])
    assert not world.records.uploads


def test_a_small_layer_of_sha512_whose_answer_was_lost_is_found_by_its_sha256(world: World):
    content = b"up to 20 bytes"
    digest = Digest("sha512", hashlib.sha512(content).hexdigest())

    class SentAgain:
        """The SDK repeats the request, and meets the object of the first."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.content, name)

        def put_object(self, *arguments: Any) -> Any:
            world.content.put_object(*arguments)
            return world.content.put_object(*arguments)

    again: Any = SentAgain()
    assert store(world, content, layer_digest=digest, ports=replace(world.ports, content=again)).layer_digest == digest


def test_such_an_upload_takes_no_parts(world: World):
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    with pytest.raises(UnavailableError):
        store(world, ports=failing_before(world.ports, "catalog.commit", UnavailableError()))
    world.records.uploads.pop(next(iter(world.records.uploads)))
    with pytest.raises(UploadNotFoundError):
        world.send(only_upload(world).upload_id, b"0123456789", 0)
