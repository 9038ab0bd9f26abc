"""A relayed layer is whole when all of its parts are there, and its tail."""

import pytest
from moorage.domain.uploads.relay_progress import RelayProgress, StoredPart, Tail
from moorage.usecases.completion._relayed_source import whole_layer


def progress(**changed: object) -> RelayProgress:
    return RelayProgress(**changed)


def part(part_number: int, size_bytes: int) -> StoredPart:
    return StoredPart(part_number, '"etag"', b"", size_bytes)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((part(1, 6), part(2, 4)), True),
        ((part(2, 4), part(1, 6)), False),
        ((part(1, 6),), False),
        ((part(1, 6), part(3, 4)), False),
        ((part(1, 6), part(2, 3)), False),
        ((part(1, 6), part(2, 4), part(3, 0)), False),
        ((), False),
    ],
)
def test_a_layer_is_whole_when_every_part_is_there_in_order_and_no_byte_is_missing(parts, whole: bool):
    assert whole_layer(progress(received_bytes=10, stored_parts=2), parts) == (parts if whole else None)


def test_the_tail_is_the_last_part_of_a_whole_layer():
    ended = progress(received_bytes=10, stored_parts=1, tail=Tail("tails/2", 4, b"hash"))
    assert whole_layer(ended, (part(1, 6),)) == (part(1, 6), StoredPart(2, "", b"hash", 4))
    assert whole_layer(ended, ()) is None
    assert whole_layer(ended, (part(1, 6), part(2, 4))) is None
