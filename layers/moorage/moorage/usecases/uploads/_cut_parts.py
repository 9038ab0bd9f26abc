"""Cut a stream into pieces that S3 accepts as parts; memory stays flat."""

from collections.abc import Iterable, Iterator


def cut_parts(chunks: Iterable[bytes], part_bytes: int, min_part_bytes: int) -> Iterator[bytes]:
    """Pieces of `part_bytes`; the last one has from `min_part_bytes` to `part_bytes + min_part_bytes - 1` bytes.

    Only a stream that is shorter as a whole has a shorter piece, and an empty one has none. Raises what reading raises;
    the bytes after the last whole piece are then dropped.
    """
    pending = bytearray()
    for chunk in chunks:
        pending += chunk
        while len(pending) >= part_bytes + min_part_bytes:
            yield bytes(memoryview(pending)[:part_bytes])
            del pending[:part_bytes]
    if pending:
        yield bytes(pending)
