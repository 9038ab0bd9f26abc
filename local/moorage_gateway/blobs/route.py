"""The uploads of the OCI API: their bytes go to S3, everything else about them is asked of the deployed stack.

POST          passed on, which tells whether the push is allowed; what follows stays here
PATCH         kept in a temporary file and hashed: nobody knows the digest yet
PUT ?digest=  the blob that is kept is sent to S3, which verifies it; a blob that comes whole, with its length,
              passes through while it arrives
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from moorage_gateway.blobs.direct import DirectUploads
from moorage_gateway.blobs.errors import OciError
from moorage_gateway.blobs.messages import ArrivingBlob, check_range, created, drop, progress_of
from moorage_gateway.blobs.sessions import BlobSession, BlobSessions
from moorage_gateway.exchange import Answer, IncomingRequest
from moorage_gateway.forward import ForwardRoute

_PATH = re.compile(r"/v2/(?P<repository>.+)/blobs/uploads(?:/(?P<session>[^/]*))?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NOTHING = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The digest of no byte. The direct upload API takes no empty layer."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to an upload, taken apart."""

    request: IncomingRequest
    repository: str
    session: str
    query: Mapping[str, str]


class BlobUploadRoute:
    """Put it before the route that passes all other requests on."""

    def __init__(self, forward: ForwardRoute, uploads: DirectUploads, sessions: BlobSessions) -> None:
        self._forward = forward
        self._uploads = uploads
        self._sessions = sessions
        self._methods: Mapping[str, Callable[[_Asked], Awaitable[Answer]]] = {
            "POST": self._start,
            "PATCH": self._append,
            "PUT": self._finish,
            "GET": self._status,
            "DELETE": self._cancel,
        }

    def matches(self, method: str, path: str) -> bool:
        """Whether it is about an upload."""
        matched = _PATH.fullmatch(path)
        return matched is not None and method in self._methods and (method == "POST") == (not matched["session"])

    async def answer(self, request: IncomingRequest) -> Answer:
        """Answer it; a refusal has the form of the specification."""
        matched = _PATH.fullmatch(request.path)
        if matched is None:
            raise LookupError(f"no upload in {request.path}")
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        try:
            return await self._methods[request.method](
                _Asked(request, matched["repository"], matched["session"] or "", query)
            )
        except OciError as refusal:
            return refusal.answer()

    async def _start(self, asked: _Asked) -> Answer:
        """The stack decides, without the body. A mount is its affair; for a new session, the location becomes ours."""
        digest = asked.query.get("digest")
        query = asked.request.query if digest is None else ""
        permitted = await self._forward.pass_on(replace(asked.request, query=query))
        if permitted.status != 202:
            return permitted
        session = self._sessions.start(asked.repository)
        if digest is not None:
            return await self._finish(replace(asked, session=session.id))
        kept = [pair for pair in permitted.headers if pair[0] == "oci-chunk-min-length"]
        return Answer(202, [*progress_of(session), *kept])

    async def _append(self, asked: _Asked) -> Answer:
        session = self._sessions.find(asked.repository, asked.session)
        async with session.lock:
            await self._keep(session, asked.request)
            return Answer(202, progress_of(session))

    async def _finish(self, asked: _Asked) -> Answer:
        digest = asked.query.get("digest", "")
        if not _DIGEST.fullmatch(digest):
            raise OciError(400, "DIGEST_INVALID", "digest must be 'sha256:' and 64 lower-case hex digits")
        if self._sessions.has_made(asked.repository, asked.session, digest):
            return created(asked.repository, digest)
        session = self._sessions.find(asked.repository, asked.session)
        async with session.lock:
            if digest == _NOTHING:
                return await self._empty(asked, session)
            if session.received_bytes == 0 and asked.request.body.declared_bytes:
                await self._pass_through(asked, digest, asked.request.body.declared_bytes)
            else:
                await self._keep(session, asked.request)
                await self._send(session, digest)
            self._sessions.end(session, made=digest)
        return created(asked.repository, digest)

    async def _keep(self, session: BlobSession, request: IncomingRequest) -> None:
        self._sessions.find(session.repository, session.id)  # another request may have ended it meanwhile
        check_range(session, request)
        try:
            await session.append(request.body)
        except OSError as error:
            if error.errno is None:
                raise
            raise OciError(507, "UNKNOWN", f"The gateway cannot keep the blob: {error.strerror}") from error

    async def _pass_through(self, asked: _Asked, digest: str, size_bytes: int) -> None:
        """Read and send at the same time."""
        upload = await self._uploads.announce(asked.repository, digest, size_bytes)
        if upload is None:
            await drop(asked.request)
            return
        await self._uploads.send(upload, ArrivingBlob(asked.request.body).pieces, can_repeat=False)
        await self._uploads.complete(upload)

    async def _send(self, session: BlobSession, digest: str) -> None:
        if session.digest != digest:
            raise OciError(400, "DIGEST_INVALID", f"The blob hashes to {session.digest}")
        upload = await self._uploads.announce(session.repository, digest, session.received_bytes)
        if upload is not None:
            await self._uploads.send(upload, session.pieces, can_repeat=True)
            await self._uploads.complete(upload)

    async def _empty(self, asked: _Asked, session: BlobSession) -> Answer:
        """An empty blob is the stack's affair: there is no byte to send to S3."""
        if session.received_bytes or asked.request.body.declared_bytes:
            raise OciError(400, "DIGEST_INVALID", "This is the digest of an empty blob")
        whole = replace(
            asked.request, method="POST", path=f"/v2/{asked.repository}/blobs/uploads/", query=f"digest={_NOTHING}"
        )
        answer = await self._forward.pass_on(whole)
        if answer.status == 201:
            self._sessions.end(session)
        return answer

    async def _status(self, asked: _Asked) -> Answer:
        session = self._sessions.find(asked.repository, asked.session)
        async with session.lock:  # what an interrupted request has brought is counted
            return Answer(204, progress_of(session))

    async def _cancel(self, asked: _Asked) -> Answer:
        session = self._sessions.find(asked.repository, asked.session)
        async with session.lock:
            self._sessions.end(session)
        return Answer(204)
