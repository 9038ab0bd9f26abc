"""Handlers of the OCI protocol for blob uploads: POST starts a session, PATCH sends bytes, PUT completes it."""

from moorage.domain.caller import Call
from moorage.domain.digest import SHA256, Digest
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.ports import Ports
from moorage.usecases.uploads.append_stream import AppendStream, append_stream
from moorage.usecases.uploads.cancel_upload import cancel_upload
from moorage.usecases.uploads.complete_session import CompleteSession, complete_session
from moorage.usecases.uploads.get_upload_status import get_upload_status
from moorage.usecases.uploads.start_session import Mount, start_session
from moorage.wire.http import HttpResponse
from moorage.wire.oci._members import OciAnswer, body_of, repository_of, session_headers, session_of, shape
from moorage.wire.operation import Members, Operation


def _start_blob_upload(members: Members, call: Call, ports: Ports) -> OciAnswer:
    repository = repository_of(members, call)
    mount = _mount(members, repository)
    session = start_session(repository, ports, mount, members.get("digest-algorithm", SHA256))
    if session is None:
        return _created(repository, members["mount"])
    if "digest" in members:
        return _complete(session, members, ports)
    headers = {**session_headers(session, ports), "OCI-Chunk-Min-Length": str(ports.limits.part_size_bytes)}
    return OciAnswer(HttpResponse(202, "", headers), {"uploadId": session.upload.upload_id})


def _mount(members: Members, repository: RepositoryId) -> Mount | None:
    """Without `from` nothing is mounted: whoever only knows a digest has no right to its content."""
    if "mount" not in members or "from" not in members:
        return None
    return Mount(digest=members["mount"], source=RepositoryId(repository.registry_id, members["from"]))


def _append_to_blob_upload(members: Members, call: Call, ports: Ports) -> OciAnswer:
    session = _append(session_of(members, call, ports), members, ports)
    return OciAnswer(HttpResponse(202, "", session_headers(session, ports)), {"uploadId": session.upload.upload_id})


def _complete_blob_upload(members: Members, call: Call, ports: Ports) -> OciAnswer:
    return _complete(session_of(members, call, ports), members, ports)


def _get_blob_upload_status(members: Members, call: Call, ports: Ports) -> OciAnswer:
    session = get_upload_status(session_of(members, call, ports), ports)
    return OciAnswer(HttpResponse(204, "", session_headers(session, ports)))


def _cancel_blob_upload(members: Members, call: Call, ports: Ports) -> OciAnswer:
    session = session_of(members, call, ports)
    cancel_upload(session, ports)
    return OciAnswer(HttpResponse(204, ""), {"uploadId": session.upload.upload_id})


def _append(session: UploadSession, members: Members, ports: Ports) -> UploadSession:
    return append_stream(_body(session, members), ports)


def _complete(session: UploadSession, members: Members, ports: Ports) -> OciAnswer:
    """Whatever the body has is the last chunk, which may also be the first."""
    digest: Digest = members["digest"]
    complete_session(CompleteSession(last_bytes=_body(session, members), digest=digest), ports)
    return _created(session.upload.repository, digest)


def _body(session: UploadSession, members: Members) -> AppendStream:
    first_byte, size_bytes = None, members.get("Content-Length")
    if "Content-Range" in members:
        first_byte, last_byte = members["Content-Range"]
        size_bytes = last_byte - first_byte + 1
    return AppendStream(session=session, chunks=body_of(members), first_byte=first_byte, size_bytes=size_bytes)


def _created(repository: RepositoryId, digest: Digest) -> OciAnswer:
    headers = {"Location": f"/v2/{repository.name}/blobs/{digest}", "Docker-Content-Digest": str(digest)}
    return OciAnswer(HttpResponse(201, "", headers), {"layerDigest": str(digest)})


_SESSION = ("repositoryName", "session")
_BODY = ("Content-Range", "Content-Length")
OPERATIONS = (
    Operation(
        "StartBlobUpload",
        shape("repositoryName", "body", optional=("digest", "digest-algorithm", "mount", "from", *_BODY)),
        _start_blob_upload,
        frozenset(),
        "ecr:InitiateLayerUpload",
    ),
    Operation(
        "AppendToBlobUpload",
        shape(*_SESSION, "body", optional=_BODY),
        _append_to_blob_upload,
        frozenset(),
        "ecr:UploadLayerPart",
    ),
    Operation(
        "CompleteBlobUpload",
        shape(*_SESSION, "digest", "body", optional=_BODY),
        _complete_blob_upload,
        frozenset(),
        "ecr:CompleteLayerUpload",
    ),
    Operation("GetBlobUploadStatus", shape(*_SESSION), _get_blob_upload_status, frozenset(), "ecr:UploadLayerPart"),
    Operation("CancelBlobUpload", shape(*_SESSION), _cancel_blob_upload, frozenset(), "ecr:UploadLayerPart"),
)
