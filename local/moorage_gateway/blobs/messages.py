"""Headers of requests to an upload and of their answers, and bodies that are read as they arrive."""

import re
from collections.abc import AsyncIterator

from moorage_gateway.blobs.errors import OciError
from moorage_gateway.blobs.sessions import BlobSession
from moorage_gateway.body import ClientGoneError, RequestBody
from moorage_gateway.exchange import Answer, IncomingRequest

_RANGE = re.compile(r"(?:bytes )?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?")


def progress_of(session: BlobSession) -> list[tuple[str, str]]:
    """The URL of the next request and the range received so far (0-0 if there are no bytes, as in all registries)."""
    return [
        ("location", session.location),
        ("range", f"0-{max(session.received_bytes - 1, 0)}"),
        ("docker-upload-uuid", session.id),
    ]


def created(repository: str, digest: str) -> Answer:
    """The answer that the blob is now a layer of the repository."""
    return Answer(201, [("location", f"/v2/{repository}/blobs/{digest}"), ("docker-content-digest", digest)])


def check_range(session: BlobSession, request: IncomingRequest) -> None:
    """Raises: OciError with status 416 if a chunk is not the next one."""
    text = request.header("content-range")
    if not text:
        return
    matched = _RANGE.fullmatch(text)
    if matched is None:
        raise OciError(400, "SIZE_INVALID", "Content-Range must be the first and the last byte, as in '0-1023'")
    if int(matched[1]) != session.received_bytes:
        message = f"The next byte of this upload is {session.received_bytes}"
        raise OciError(416, "BLOB_UPLOAD_INVALID", message, progress_of(session))


class ArrivingBlob:
    """A body in pieces while it arrives."""

    def __init__(self, body: RequestBody) -> None:
        self._body = body
        self._left_over = b""

    async def pieces(self, first_byte: int, end: int) -> AsyncIterator[bytes]:
        """The next `end - first_byte` bytes. Raises: BodyError."""
        missing = end - first_byte
        while missing:
            chunk = self._left_over or await self._body.read()
            if not chunk:
                raise ClientGoneError("The body is shorter than its Content-Length")
            self._left_over = chunk[missing:]
            yield chunk[:missing]
            missing -= min(len(chunk), missing)


async def drop(request: IncomingRequest) -> None:
    """Read a body that nobody needs, so that the client receives the answer.

    A client that expects `100 Continue` has not sent its body, so nothing is read.
    """
    if request.header("expect").lower() != "100-continue":
        async for _ in request.body:
            pass
