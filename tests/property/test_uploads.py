"""Uploads: any split of the bytes makes the same layer; any gap or overlap is refused and changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.domain.errors import InvalidLayerPartError, LayerPartTooSmallError

from tests.support.fakes.world import REPOSITORY, ForgetfulHasher, World
from tests.support.layers import digest_of

LIMITS = {"max_parts": 60, "max_layer_bytes": 10_000}
WIDE = {"part_size_bytes": 10, "min_part_bytes": 10}
NARROW = {"part_size_bytes": 4, "min_part_bytes": 4}
SPLITS = st.lists(st.integers(1, 25), min_size=1, max_size=12)
LIMIT_SETS = st.sampled_from([WIDE, NARROW])


def a_world(limits: dict[str, int], **how: object) -> World:
    world = World(**{**LIMITS, **limits}, **how)
    world.create(REPOSITORY)
    return world


def content_of(sizes: list[int]) -> bytes:
    return bytes(number % 251 for number in range(sum(sizes)))


@given(LIMIT_SETS, SPLITS, st.booleans(), st.booleans())
def test_any_split_makes_the_same_layer_or_names_the_part_that_is_too_small(
    limits: dict[str, int], sizes: list[int], carried: bool, keeps_checksums: bool
):
    world = a_world(limits, hasher=None if carried else ForgetfulHasher(), keeps_checksums=keeps_checksums)
    content = content_of(sizes)
    upload_id, start = world.initiate(), 0
    for size in sizes:
        answered = world.send(upload_id, content[start : start + size])
        start += size
        assert answered.last_byte_received == start - 1
    if all(size >= limits["min_part_bytes"] for size in sizes[:-1]):
        world.complete(upload_id, digest_of(content))
        assert world.stored(upload_id) == content
        (layer,) = world.records.layers.values()
        assert (str(layer.digest), layer.size_bytes) == (digest_of(content), len(content))
    else:
        with pytest.raises(LayerPartTooSmallError):
            world.complete(upload_id, digest_of(content))
        assert not world.records.layers


@given(LIMIT_SETS, SPLITS, st.integers(0, 400), st.integers(-3, 3), st.binary(max_size=30))
def test_any_gap_overlap_or_wrong_length_is_refused_and_changes_nothing(
    limits: dict[str, int], sizes: list[int], first_byte: int, longer: int, blob: bytes
):
    world = a_world(limits)
    content = content_of(sizes)
    upload_id = world.initiate()
    start = 0
    for size in sizes:
        world.send(upload_id, content[start : start + size])
        start += size
    last_byte = max(first_byte + len(blob) - 1 + longer, 0)
    fits = first_byte == len(content) and last_byte - first_byte + 1 == len(blob) > 0
    repeats = (first_byte, last_byte) == (len(content) - sizes[-1], len(content) - 1) and content.endswith(blob)
    seen = (world.head(upload_id), world.parts(upload_id), dict(world.content.objects))
    if fits or (repeats and len(blob) == sizes[-1]):
        assert world.send(upload_id, blob, first_byte, last_byte=last_byte).last_byte_received == last_byte
        return
    with pytest.raises(InvalidLayerPartError) as refused:
        world.send(upload_id, blob, first_byte, last_byte=last_byte)
    assert refused.value.last_valid_byte == len(content) - 1
    assert (world.head(upload_id), world.parts(upload_id), dict(world.content.objects)) == seen


@given(LIMIT_SETS, SPLITS)
def test_every_part_sent_twice_makes_the_same_layer(limits: dict[str, int], sizes: list[int]):
    sizes = [max(size, limits["min_part_bytes"]) for size in sizes]
    world = a_world(limits)
    content = content_of(sizes)
    upload_id, start = world.initiate(), 0
    for size in sizes:
        for _ in range(2):
            world.send(upload_id, content[start : start + size], start)
        start += size
    world.complete(upload_id, digest_of(content))
    assert world.stored(upload_id) == content
    assert world.head(upload_id).relayed.received_parts == len(sizes)
