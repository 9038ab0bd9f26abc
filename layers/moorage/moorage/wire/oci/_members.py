"""The members of requests, from path, query and headers: their shapes, and the values that handlers get from them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moorage.domain.caller import Call
from moorage.domain.digest import HEX_LENGTHS, Digest, parse_digest
from moorage.domain.errors import InvalidParameterError, UploadNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload_session import UploadSession, read_session, sign_session
from moorage.usecases.ports import Ports
from moorage.wire.ecr.model.shared import REPOSITORY_NAME
from moorage.wire.http import HttpRequest, HttpResponse
from moorage.wire.operation import Members
from moorage.wire.shapes import Shape, StringShape, StructureShape

_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_HEADERS = ("Content-Range", "Content-Length", "Content-Type", "Range")
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class OciAnswer:
    """An answer, and its members for the log."""

    response: HttpResponse
    members: Members | None = None


class _AnyShape:
    """A value that is not looked at: the body is read while it is stored."""

    def read(self, value: Any, _path: str) -> Any:
        return value


class DigestShape:
    """A digest of any algorithm that the specification registers."""

    def read(self, value: Any, path: str) -> Digest:
        """The digest."""
        digest = parse_digest(value, HEX_LENGTHS) if isinstance(value, str) else None
        if digest is None:
            forms = (f"'{name}:' and {length} lower-case hex digits" for name, length in HEX_LENGTHS.items())
            raise InvalidParameterError(path, f"must be {' or '.join(forms)}")
        return digest


class _AlgorithmShape:
    """The algorithm of the digest that a client is going to name."""

    def read(self, value: str, path: str) -> str:
        if value not in HEX_LENGTHS:
            raise InvalidParameterError(path, f"must be one of [{', '.join(HEX_LENGTHS)}]")
        return value


class _RangeShape:
    """`first-last`, both inclusive; the `bytes` that RFC 9110 has before it is left out by this specification."""

    def read(self, value: str, path: str) -> tuple[int, int]:
        matched = _RANGE.fullmatch(value.removeprefix("bytes ").partition("/")[0])
        if not matched or int(matched[2]) < int(matched[1]):
            raise InvalidParameterError(path, "must be the first and the last byte, as in '0-1023'")
        return int(matched[1]), int(matched[2])


class _NumberShape:
    def read(self, value: str, path: str) -> int:
        if not _NUMBER.fullmatch(value):
            raise InvalidParameterError(path, "must be a whole number")
        return int(value)


_ALL: dict[str, Shape] = {
    "repositoryName": REPOSITORY_NAME,
    "session": StringShape(),
    "layerDigest": DigestShape(),
    "digest": DigestShape(),
    "digest-algorithm": _AlgorithmShape(),
    "mount": DigestShape(),
    "from": REPOSITORY_NAME,
    "Content-Range": _RangeShape(),
    "Content-Length": _NumberShape(),
    "Content-Type": StringShape(),
    "Range": StringShape(),
    "body": _AnyShape(),
    "subject": DigestShape(),
    "artifactType": StringShape(),
    "start": DigestShape(),
    "reference": StringShape(max=300),
    "tag": StringShape(),
    "scope": StringShape(max=4096),
    "n": _NumberShape(),
    "last": StringShape(max=300),
}


def shape(*required: str, optional: tuple[str, ...] = ()) -> StructureShape:
    """The shape of an operation's input."""
    return StructureShape({name: _ALL[name] for name in (*required, *optional)}, frozenset(required))


def read_members(request: HttpRequest, in_path: dict[str, str]) -> Members:
    """All members of a request. The path has precedence over the headers, and the headers over the query."""
    headers = {name: request.headers.get(name.lower()) for name in _HEADERS}
    return {**request.query, **headers, "body": request.chunks(), **in_path}


def repository_of(members: Members, call: Call) -> RepositoryId:
    """The repository that the path names."""
    return RepositoryId(call.registry.registry_id, members["repositoryName"])


def session_of(members: Members, call: Call, ports: Ports) -> UploadSession:
    """The session that the path names. Raises: UploadNotFoundError."""
    repository = repository_of(members, call)
    session = read_session(members["session"], repository, ports.token_keys, ports.now())
    if session is None and ports.refresh_token_keys():
        return session_of(members, call, ports)
    if session is None:
        raise UploadNotFoundError(members["session"], repository.registry_id)
    return session


def body_of(members: Members) -> Iterator[bytes]:
    """The body, to be read once."""
    body: Iterator[bytes] = members["body"]
    return body


def length_headers(size_bytes: int) -> dict[str, str]:
    """The length of what an answer to HEAD describes, in two headers.

    API Gateway may replace Content-Length by the length of the empty body (docs/operate/deploy.md).
    docker fails then, so `moorage gateway` takes the other header (moorage_gateway/forward.py).
    """
    return {"Content-Length": str(size_bytes), "Moorage-Content-Length": str(size_bytes)}


def session_headers(session: UploadSession, ports: Ports) -> dict[str, str]:
    """The URL of the next request and the range received so far (0-0 if there are no bytes, as in all registries)."""
    name, text = session.upload.repository.name, sign_session(session, ports.token_keys[0])
    return {
        "Location": f"/v2/{name}/blobs/uploads/{text}",
        "Range": f"0-{max(session.received_bytes - 1, 0)}",
        "Docker-Upload-UUID": session.upload.upload_id,
    }
