"""Cut a stream into pieces that S3 accepts as parts; memory stays flat, and a piece is not copied."""

from collections.abc import Iterable, Iterator


def cut_parts(chunks: Iterable[bytes], part_bytes: int, min_part_bytes: int) -> Iterator[bytearray]:
    """Pieces of `part_bytes`; the last one has from `min_part_bytes` to `part_bytes + min_part_bytes - 1` bytes.

    Only a stream that is shorter as a whole has a shorter piece, and an empty one has none. Raises what reading raises:
    then bytes that were not yielded are dropped. Raises: ValueError if `min_part_bytes` is more than `part_bytes`.
    """
    if min_part_bytes > part_bytes:
        raise ValueError(f"a part of {part_bytes} bytes is smaller than the minimum of {min_part_bytes}")
    full, growing = bytearray(), bytearray()
    for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            room = part_bytes - len(growing)
            growing += rest[:room]
            rest = rest[room:]
            if full and len(growing) >= min_part_bytes:
                yield full
                full = bytearray()
            if len(growing) == part_bytes:
                full, growing = growing, bytearray()
    if full:
        full += growing
        yield full
    elif growing:
        yield growing
