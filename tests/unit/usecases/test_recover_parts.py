"""What a try that broke off has overwritten in S3 is found again when the upload is completed."""

import pytest
from moorage.domain.errors import InvalidLayerError, UnavailableError

from tests.fakes.interleaving import counting, failing_after
from tests.fakes.world import World, digest_of

TAIL, MORE = b"1234", b"5678"


def overwritten(narrow: World) -> str:
    """An upload whose one part is short, and was overwritten by a longer one that was never recorded."""
    upload_id = narrow.initiate()
    narrow.send(upload_id, TAIL)
    with pytest.raises(UnavailableError):
        narrow.send(upload_id, MORE, ports=failing_after(narrow.ports, "content.put_part", UnavailableError()))
    multipart = narrow.content.multiparts[narrow.head(upload_id).multipart_id]
    assert multipart.parts == {1: TAIL + MORE}
    return upload_id


def test_a_tail_that_was_overwritten_is_stored_again(narrow: World):
    upload_id = overwritten(narrow)
    narrow.complete(upload_id, digest_of(TAIL))
    assert narrow.stored(upload_id) == TAIL


def test_the_part_that_overwrote_it_can_still_be_sent_again(narrow: World):
    upload_id = overwritten(narrow)
    narrow.send(upload_id, MORE)
    narrow.complete(upload_id, digest_of(TAIL + MORE))
    assert narrow.stored(upload_id) == TAIL + MORE


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


def test_a_tail_that_is_gone_as_well_voids_the_upload(narrow: World):
    upload_id = overwritten(narrow)
    narrow.content.objects.clear()
    with pytest.raises(InvalidLayerError, match="initiate a new layer upload"):
        narrow.complete(upload_id, digest_of(TAIL))
    assert not narrow.records.layers
