"""How a layer is cut into parts for S3."""

from itertools import pairwise

import pytest
from moorage.domain.digest import Digest
from moorage.domain.uploads.direct_upload import MIB, DirectDescriptor, part_size_for

DIGEST = Digest.of("sha256:" + "0" * 64)
LARGEST = 52_000 * MIB


def claim(size_bytes: int, part_size_bytes: int) -> DirectDescriptor:
    return DirectDescriptor(digest=DIGEST, size_bytes=size_bytes, part_size_bytes=part_size_bytes, media_type="a/b")


@pytest.mark.parametrize(("size_bytes", "count"), [(1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_parts_cover_the_layer_without_gap_or_overlap(size_bytes: int, count: int):
    claimed = claim(size_bytes, 10)
    parts = [claimed.part(number) for number in range(1, claimed.part_count + 1)]
    assert len(parts) == count
    assert parts[0].first_byte == 0
    assert parts[-1].last_byte == size_bytes - 1
    assert sum(part.size_bytes for part in parts) == size_bytes
    for before, after in pairwise(parts):
        assert after.first_byte == before.last_byte + 1


def test_only_the_last_part_is_shorter():
    claimed = claim(25, 10)
    assert [claimed.part(number).size_bytes for number in (1, 2, 3)] == [10, 10, 5]


def test_the_largest_layer_comes_in_parts_of_the_preferred_size():
    assert part_size_for(LARGEST, preferred_bytes=16 * MIB, max_parts=10_000) == 16 * MIB


@pytest.mark.parametrize("size_bytes", [LARGEST, LARGEST - 1, 50_001 * MIB])
def test_a_part_grows_by_whole_mebibytes_where_there_would_be_too_many(size_bytes: int):
    part_size_bytes = part_size_for(size_bytes, preferred_bytes=5 * MIB, max_parts=10_000)
    assert part_size_bytes == 6 * MIB
    assert claim(size_bytes, part_size_bytes).part_count <= 10_000
