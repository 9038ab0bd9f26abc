"""Reads an object by parallel ranged GETs and yields its bytes in order, in limited memory.

At most `in_flight` ranges are being read or waiting, and the reader has one more. Every range requires the ETag of the
first, so an object that is replaced meanwhile is noticed, and its bytes are never mixed.
"""

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from moorage.adapters.aws_errors import error_code, translated_errors
from moorage.domain.errors import UnavailableError
from moorage.usecases.ports.content import StoredPartsDamagedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RANGE_ATTEMPTS = 3
"""S3 sometimes ends a body early, and botocore does not read it again (S3 User Guide, best practices)."""
_REPLACED = frozenset({"404", "NoSuchKey", "NotFound", "PreconditionFailed"})


@dataclass(frozen=True, slots=True)
class _Piece:
    content: bytes
    etag: str
    object_bytes: int


class S3Ranges:
    """Reads objects of one bucket."""

    def __init__(self, client: "S3Client", bucket: str, *, range_bytes: int, in_flight: int) -> None:
        self._client = client
        self._bucket = bucket
        self._range_bytes = range_bytes
        self._in_flight = in_flight

    def read(self, object_key: str, etag: str | None, first_byte: int = 0) -> Generator[bytes, None, None]:
        """The bytes from `first_byte` on.

        Raises: StoredPartsDamagedError if the object is missing or was replaced.
        """
        first = self._get(object_key, etag, first_byte)
        if first is None:
            return
        places = iter(range(first_byte + self._range_bytes, first.object_bytes, self._range_bytes))
        with ThreadPoolExecutor(self._in_flight, thread_name_prefix="range") as threads:
            waiting: deque[Future[_Piece | None]] = deque()

            def go_on() -> None:
                place = next(places, None)
                if place is not None:
                    waiting.append(threads.submit(self._get, object_key, first.etag, place))

            try:
                for _ in range(self._in_flight):
                    go_on()
                yield first.content
                while waiting:
                    piece = waiting.popleft().result()
                    go_on()
                    if piece is None:
                        raise StoredPartsDamagedError(f"{object_key} has become shorter")
                    yield piece.content
            finally:
                for future in waiting:
                    future.cancel()

    def _get(self, object_key: str, etag: str | None, first_byte: int) -> _Piece | None:
        for _ in range(RANGE_ATTEMPTS - 1):
            try:
                return self._try_to_get(object_key, etag, first_byte)
            except UnavailableError:
                continue
        return self._try_to_get(object_key, etag, first_byte)

    def _try_to_get(self, object_key: str, etag: str | None, first_byte: int) -> _Piece | None:
        """One range; None after the object's end."""
        condition: Any = {"IfMatch": etag} if etag else {}
        span = f"bytes={first_byte}-{first_byte + self._range_bytes - 1}"
        try:
            with translated_errors():
                answer = self._client.get_object(Bucket=self._bucket, Key=object_key, Range=span, **condition)
                content = answer["Body"].read()
        except ClientError as error:
            if error_code(error) == "InvalidRange":
                return None
            if error_code(error) in _REPLACED:
                raise StoredPartsDamagedError(str(error)) from error
            raise
        _, _, object_bytes = answer["ContentRange"].rpartition("/")
        return _Piece(content, answer["ETag"], int(object_bytes))
