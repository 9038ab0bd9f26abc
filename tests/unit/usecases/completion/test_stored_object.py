"""The object behind a layer, if an earlier attempt has already joined the parts."""

from dataclasses import replace

import pytest
from moorage.domain.errors import InvalidLayerError, UnavailableError, UploadNotFoundError

from tests.support.fakes.world import REPOSITORY, ForgetfulHasher, World
from tests.support.interleaving import counting, failing_after
from tests.support.layers import digest_of

CONTENT = b"0123456789abcdefghij-end"


def joined(world: World) -> str:
    """An upload whose completion died after S3 had joined the parts."""
    upload_id = world.uploaded(CONTENT)
    with pytest.raises(UnavailableError):
        world.complete(
            upload_id,
            digest_of(CONTENT),
            ports=failing_after(world.ports, "content.complete_multipart", UnavailableError()),
        )
    return upload_id


@pytest.fixture(params=[True, False], ids=["checksums kept", "checksums forgotten"])
def either(request: pytest.FixtureRequest) -> World:
    """A world whose store keeps the parts' checksums, and one whose store does not."""
    world = World(keeps_checksums=request.param)
    world.create(REPOSITORY)
    return world


def test_an_object_that_an_earlier_attempt_joined_is_recognised(either: World):
    upload_id = joined(either)
    assert either.complete(upload_id, digest_of(CONTENT)).upload.upload_id == upload_id


def test_the_object_is_read_only_where_the_store_keeps_no_checksums(either: World):
    ports, reads = counting(either.ports, "content.stream")
    either.complete(joined(either), digest_of(CONTENT), ports=ports)
    assert len(reads) == (0 if either.content.keeps_checksums else 1)


@pytest.mark.parametrize("body", [CONTENT[::-1], CONTENT[:-1], CONTENT + b"!", b""])
def test_an_object_that_was_replaced_never_becomes_a_layer(either: World, body: bytes):
    upload_id = joined(either)
    key = either.head(upload_id).object_key
    hashes = b"\0" * 32 if either.content.keeps_checksums else None
    either.content.objects[key] = replace(either.content.objects[key], body=body, parts_sha256=hashes, etag='"other"')
    with pytest.raises(InvalidLayerError, match="not the ones that were received"):
        either.complete(upload_id, digest_of(CONTENT))
    assert not either.records.layers


def test_neither_multipart_upload_nor_object_is_no_upload(either: World):
    upload_id = joined(either)
    either.content.objects.clear()
    with pytest.raises(UploadNotFoundError):
        either.complete(upload_id, digest_of(CONTENT))


def test_an_object_of_another_size_is_not_hashed_in_place_of_what_was_received():
    """Neither the store nor the state remembers a hash, and the caller names the digest of what is there now."""
    world = World(hasher=ForgetfulHasher(), keeps_checksums=False)
    world.create(REPOSITORY)
    upload_id = joined(world)
    key = world.head(upload_id).object_key
    world.content.objects[key] = replace(world.content.objects[key], body=b"not yet")
    with pytest.raises(InvalidLayerError):
        world.complete(upload_id, digest_of(b"not yet"))
    assert not world.records.layers
