"""The direct upload API, asked by the gateway: where S3 takes a blob, and its completion."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from moorage_client.direct_client import ALREADY_THERE, BUSY, EXPIRED, OTHER_BYTES, PRECONDITION_FAILED

from moorage_gateway.backend import Backend, BackendError
from moorage_gateway.blobs.errors import TOO_MANY, OciError, refusal_of
from moorage_gateway.body import BodyError

ATTEMPTS = 4
FIRST_DELAY_SECONDS = 0.3
MAX_DELAY_SECONDS = 3.0

Pieces = Callable[[int, int], AsyncIterator[bytes]]
"""The bytes of a blob from a first one up to before an end."""


class DirectUploads:
    """Makes blobs layers of a repository. Raises: OciError, and BodyError where a blob comes from a client."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def announce(self, repository: str, digest: str, size_bytes: int) -> dict[str, Any] | None:
        """Announce a blob; None if the repository has it."""
        announced = {"repositoryName": repository, "layerDigest": digest, "layerSize": size_bytes, "singlePut": True}
        status, answer = await self._call("InitiateDirectUpload", repository, announced)
        if answer.get("code") == ALREADY_THERE or answer.get("status") == "completed":
            return None
        self._require(status, answer)
        return answer

    async def send(self, upload: dict[str, Any], pieces: Pieces, *, can_repeat: bool) -> None:
        """Send the blob. `can_repeat`: its pieces can be read again, so that a failed request is repeated."""
        repository, page = upload["repositoryName"], upload
        while True:
            if "put" in page:
                put = page["put"]
                await self._put(put["url"], put["headers"], 0, upload["layerSize"], pieces, can_repeat=can_repeat)
            for part in page["parts"]:
                first, end = part["firstByte"], part["lastByte"] + 1
                await self._put(part["url"], {}, first, end, pieces, can_repeat=can_repeat)
            if "nextToken" not in page:
                return
            query = {"uploadId": upload["uploadId"], "nextToken": page["nextToken"]}
            status, page = await self._call("ListDirectParts", repository, query)
            self._require(status, page)

    async def complete(self, upload: dict[str, Any]) -> None:
        """Return when the blob is a layer: also if another upload of the same content was first."""
        delay = FIRST_DELAY_SECONDS
        while True:
            named = {"uploadId": upload["uploadId"]}
            status, answer = await self._call("CompleteDirectUpload", upload["repositoryName"], named)
            if answer.get("code") == ALREADY_THERE:
                return
            self._require(status, answer)
            if answer["status"] == "completed":
                return
            await asyncio.sleep(delay)
            delay = min(2 * delay, MAX_DELAY_SECONDS)

    async def _put(
        self, url: str, headers: dict[str, str], first: int, end: int, pieces: Pieces, *, can_repeat: bool
    ) -> None:
        named = {**headers, "Content-Length": str(end - first)}
        reason = ""
        for attempt in range(ATTEMPTS if can_repeat else 1):
            if attempt:
                await asyncio.sleep(FIRST_DELAY_SECONDS * 2**attempt)
            source = _Watched(pieces(first, end))
            try:
                status = await self._backend.put(url, named, source.chunks())
            except (aiohttp.ClientError, TimeoutError) as error:
                if source.failure is not None:
                    raise source.failure from error
                reason = str(error) or type(error).__name__
                continue
            if status < 300 or status == PRECONDITION_FAILED:
                return
            if status == OTHER_BYTES:
                raise OciError(400, "DIGEST_INVALID", "The blob does not hash to the digest")
            reason = f"status {status}"
            if status == EXPIRED:
                break
        raise OciError(429, TOO_MANY, f"S3 did not take the blob: {reason}", [("retry-after", "1")])

    async def _call(self, operation: str, repository: str, members: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Repeated while the backend is busy: every operation can be."""
        headers = [("content-type", "application/json")]
        body = json.dumps(members).encode()
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(FIRST_DELAY_SECONDS * 2**attempt)
            try:
                answered = await self._backend.request("POST", f"/r/{operation}/{repository}", headers, body)
            except BackendError as error:
                status, answer = error.status, {"message": str(error)}
            else:
                status, answer = answered.status, _json_object(answered.content)
            if status not in BUSY:
                break
        return status, answer

    @staticmethod
    def _require(status: int, answer: dict[str, Any]) -> None:
        if status >= 300:
            raise refusal_of(status, str(answer.get("code", "")), str(answer.get("message", "")))


class _Watched:
    """The pieces of a blob, and why they ended too early: the HTTP client turns that into an error of its own."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self.failure: BodyError | None = None
        self._pieces = pieces

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._pieces:
                yield piece
        except BodyError as error:
            self.failure = error
            raise


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content or b"{}")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
