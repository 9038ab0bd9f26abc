"""UploadLayerPart with a small body limit: parts below S3's minimum are joined until they are large enough."""

from dataclasses import replace

import pytest
from moorage.domain.errors import (
    InvalidLayerError,
    InvalidLayerPartError,
    LayerPartTooSmallError,
    UnavailableError,
    UploadNotFoundError,
)
from moorage.domain.uploads.relay_progress import Tail

from tests.support.fakes.world import World
from tests.support.interleaving import before, counting, failing_after, failing_before
from tests.support.layers import digest_of

CONTENT = b"The quick brown fox jumps over it"


@pytest.mark.parametrize("size", range(1, len(CONTENT) + 1))
def test_a_layer_of_any_size_is_stored_in_pieces_that_s3_takes(narrow: World, size: int):
    content = CONTENT[:size]
    upload_id = narrow.initiate()
    for start in range(0, size, 6):
        narrow.send(upload_id, content[start : start + 6])
    assert all(part.size_bytes >= 10 for part in narrow.parts(upload_id)[:-1])
    narrow.complete(upload_id, digest_of(content))
    assert narrow.stored(upload_id) == content


def test_a_short_part_is_kept_as_a_tail_and_joined_by_the_next(narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"1234")
    first_tail = narrow.head(upload_id).relayed.tail
    narrow.send(upload_id, b"5678")
    second_tail = narrow.head(upload_id).relayed.tail
    narrow.send(upload_id, b"9012")

    assert first_tail is not None
    assert second_tail is not None
    assert (first_tail.size_bytes, second_tail.size_bytes) == (4, 8)
    assert first_tail.object_key != second_tail.object_key
    assert narrow.head(upload_id).relayed.tail is None
    assert [(part.part_number, part.size_bytes) for part in narrow.parts(upload_id)] == [(1, 12)]


def test_a_tail_is_not_kept_for_a_part_that_must_be_the_last(narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"123")
    assert narrow.head(upload_id).relayed.tail is None


def test_parts_of_s3s_own_size_leave_no_tails(world: World):
    ports, tails = counting(world.ports, "content.put_tail")
    upload_id = world.initiate()
    world.send(upload_id, b"0123456789", ports=ports)
    world.send(upload_id, b"short", ports=ports)
    assert tails == []


def test_a_part_behind_one_that_was_too_small_voids_the_layer_and_is_still_taken(narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"123")
    narrow.send(upload_id, b"4567")
    narrow.send(upload_id, b"8901")
    with pytest.raises(LayerPartTooSmallError):
        narrow.complete(upload_id, digest_of(b"12345678901"))


@pytest.mark.parametrize("call", ["content.get_tail", "content.put_tail", "uploads.append"])
def test_a_part_that_failed_half_way_joins_the_same_tail_when_it_is_sent_again(narrow: World, call: str):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"1234")
    for fail in (failing_before, failing_after):
        with pytest.raises(UnavailableError):
            narrow.send(upload_id, b"5678", 4, ports=fail(narrow.ports, call, UnavailableError()))
    narrow.send(upload_id, b"5678", 4)
    narrow.complete(upload_id, digest_of(b"12345678"))
    assert narrow.stored(upload_id) == b"12345678"


def test_two_attempts_of_one_part_do_not_damage_each_others_tail(narrow: World):
    upload_id = narrow.initiate()
    rival = lambda: narrow.send(upload_id, b"1234", 0)  # noqa: E731
    narrow.send(upload_id, b"1234", 0, ports=before(narrow.ports, "content.put_tail", rival))
    narrow.send(upload_id, b"more bytes")
    narrow.complete(upload_id, digest_of(b"1234more bytes"))
    assert narrow.stored(upload_id) == b"1234more bytes"


def test_a_tail_that_is_gone_ends_the_upload(narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"1234")
    narrow.content.objects.clear()
    with pytest.raises(UploadNotFoundError):
        narrow.send(upload_id, b"5678")


def test_a_tail_whose_bytes_were_replaced_never_becomes_part_of_a_layer(narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"1234")
    tail = narrow.head(upload_id).relayed.tail
    assert isinstance(tail, Tail)
    narrow.content.objects[tail.object_key] = replace(narrow.content.objects[tail.object_key], body=b"4321")
    with pytest.raises(UploadNotFoundError):
        narrow.send(upload_id, b"5678")
    with pytest.raises(InvalidLayerError):
        narrow.complete(upload_id, digest_of(b"1234"))
    assert not narrow.records.layers


def test_an_upload_keeps_to_the_part_size_it_was_promised_when_the_setting_changes(narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"1234")
    changed = replace(narrow.ports, limits=replace(narrow.ports.limits, part_size_bytes=10, min_part_bytes=10))
    for part in (b"5678", b"9012", b"34"):
        narrow.send(upload_id, part, ports=changed)
    narrow.complete(upload_id, digest_of(b"12345678901234"), ports=changed)
    assert narrow.stored(upload_id) == b"12345678901234"


def test_a_slow_attempt_that_arrives_late_overwrites_nothing_that_was_joined_since(narrow: World):
    """The same short part twice: one try is slow, and by then the other's bytes were joined to what came behind."""
    upload_id = narrow.initiate()

    def others_go_on() -> None:
        for part in (b"1234", b"5678", b"9012"):
            narrow.send(upload_id, part)

    with pytest.raises(InvalidLayerPartError):
        narrow.send(upload_id, b"1234", 0, ports=before(narrow.ports, "content.put_tail", others_go_on))
    narrow.complete(upload_id, digest_of(b"123456789012"))
    assert narrow.stored(upload_id) == b"123456789012"


def test_a_layer_that_ends_with_its_tail_is_completed_with_the_tail_as_its_last_part(narrow: World):
    upload_id = narrow.uploaded(b"1234", part=4)
    assert narrow.parts(upload_id) == []
    narrow.complete(upload_id, digest_of(b"1234"))
    assert narrow.stored(upload_id) == b"1234"


def test_a_tail_that_is_gone_when_the_upload_is_completed_voids_it(narrow: World):
    upload_id = narrow.uploaded(b"1234", part=4)
    narrow.content.objects.clear()
    with pytest.raises(InvalidLayerError, match="initiate a new layer upload"):
        narrow.complete(upload_id, digest_of(b"1234"))
    assert not narrow.records.layers
