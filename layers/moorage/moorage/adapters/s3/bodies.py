"""Bodies of requests to S3: parts that are held in memory, and bodies for PutObject that arrive in chunks.

A small body is held in memory, so that botocore can send it again. A larger one is read once: after a failure it cannot
be sent again.
"""

from collections.abc import Iterable, Iterator
from os import SEEK_CUR, SEEK_END, SEEK_SET

MAX_HELD_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
"""What is sent within one time limit of a connection."""


class HeldBody:
    """Bytes in memory, sent in small pieces.

    botocore does so with `bytes`, but sends a bytearray at once: then a connection's time limit is for all of it, and a
    slow S3 ends the request. And it would not wait for "100 Continue" before it sends the bytes.
    """

    def __init__(self, content: bytes | bytearray) -> None:
        self._content = memoryview(content)
        self._place = 0

    def __len__(self) -> int:
        return len(self._content)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; all that are left if `size` is negative; b"" at the end.

        PIECE_BYTES where botocore's HTTP client asks for less: it sends what it gets, and fewer calls are faster.
        """
        start = self._place
        self._place = len(self) if size < 0 else min(start + max(size, PIECE_BYTES), len(self))
        return bytes(self._content[start : self._place])

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to a place, to send the bytes again; the new place."""
        self._place = {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: len(self)}[whence] + offset
        return self._place

    def tell(self) -> int:
        """The place of the next byte."""
        return self._place


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
