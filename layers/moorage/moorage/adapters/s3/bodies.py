"""Bodies for PutObject that arrive in chunks.

A small body is held in memory, so that botocore can send it again. A larger one is read once: after a failure it cannot
be sent again.
"""

from collections.abc import Iterable, Iterator

MAX_HELD_BYTES = 8 * 1024 * 1024


class StreamedBody:
    """What botocore needs of a body: a length and `read`. `failure` is what reading the chunks raised."""

    def __init__(self, chunks: Iterable[bytes], size_bytes: int) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._size_bytes = size_bytes
        self._pending = memoryview(b"")
        self.failure: Exception | None = None

    def __len__(self) -> int:
        return self._size_bytes

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; all that are left if it is negative; b"" at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(MAX_HELD_BYTES), b""))
        while not self._pending:
            chunk = self._next()
            if chunk is None:
                return b""
            self._pending = memoryview(chunk)
        piece, self._pending = self._pending[:size], self._pending[size:]
        return bytes(piece)

    def _next(self) -> bytes | None:
        try:
            return next(self._chunks, None)
        except Exception as failure:
            self.failure = failure
            raise


def body_of(chunks: Iterable[bytes], size_bytes: int) -> bytes | StreamedBody:
    """The body, in memory if it is small. Raises: what reading a small one raises."""
    return b"".join(chunks) if size_bytes <= MAX_HELD_BYTES else StreamedBody(chunks, size_bytes)


def failure_of(body: bytes | StreamedBody) -> Exception | None:
    """What reading the body raised, which botocore hides in an error of its own."""
    return body.failure if isinstance(body, StreamedBody) else None
