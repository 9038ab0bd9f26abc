"""Parts that S3 has under another ETag than was recorded are told by their hashes when the upload is completed."""

import pytest
from moorage.domain.errors import InvalidLayerError

from tests.support.fakes.world import World
from tests.support.interleaving import counting
from tests.support.layers import digest_of


def test_a_part_with_the_same_bytes_under_another_etag_is_taken_as_it_is(world: World):
    upload_id = world.uploaded(b"0123456789")
    stored = world.records.parts[upload_id]
    stored[1] = type(stored[1])(1, '"as it was encrypted before"', stored[1].sha256, stored[1].size_bytes)
    ports, puts = counting(world.ports, "content.put_part")
    world.complete(upload_id, digest_of(b"0123456789"), ports=ports)
    assert world.stored(upload_id) == b"0123456789"
    assert puts == []


@pytest.mark.parametrize("held", [{1: b"other bytes"}, {}], ids=["replaced", "gone"])
def test_bytes_that_are_nowhere_any_more_void_the_upload(world: World, held: dict[int, bytes]):
    upload_id = world.uploaded(b"0123456789")
    world.content.multiparts[world.head(upload_id).multipart_id].parts = dict(held)
    with pytest.raises(InvalidLayerError, match="initiate a new layer upload"):
        world.complete(upload_id, digest_of(b"0123456789"))
    assert not world.records.layers
