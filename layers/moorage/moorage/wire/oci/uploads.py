"""Blob uploads ⇄ use cases: a session is an upload, PATCH is its next parts, PUT with a digest is its completion."""

from moorage.domain.caller import Call
from moorage.domain.completion import CompleteLayerUpload
from moorage.domain.digest import Digest
from moorage.domain.errors import InvalidLayerError, LayerAlreadyExistsError, UploadNotFoundError
from moorage.domain.repository import RepositoryId
from moorage.domain.upload_session import UploadSession
from moorage.usecases.completion.complete_and_wait import complete_and_wait
from moorage.usecases.ports import Ports
from moorage.usecases.uploads.append_stream import AppendStream, append_stream
from moorage.usecases.uploads.cancel_upload import cancel_upload
from moorage.usecases.uploads.get_upload_status import get_upload_status
from moorage.usecases.uploads.start_session import start_session
from moorage.wire.http import HttpResponse
from moorage.wire.oci._members import OciAnswer, body_of, repository_of, session_headers, session_of, shape
from moorage.wire.operation import Members, Operation


def _start_blob_upload(members: Members, call: Call, ports: Ports) -> OciAnswer:
    session = start_session(repository_of(members, call), ports)
    if "digest" in members:
        return _complete(session, members, ports)
    headers = {
        **session_headers(session, ports),
        "OCI-Chunk-Min-Length": str(ports.limits.part_size_bytes),
    }
    return OciAnswer(HttpResponse(202, "", headers), {"uploadId": session.upload.upload_id})


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
    first_byte, size_bytes = None, members.get("Content-Length")
    if "Content-Range" in members:
        first_byte, last_byte = members["Content-Range"]
        size_bytes = last_byte - first_byte + 1
    command = AppendStream(session=session, chunks=body_of(members), first_byte=first_byte, size_bytes=size_bytes)
    return append_stream(command, ports)


def _complete(session: UploadSession, members: Members, ports: Ports) -> OciAnswer:
    """Whatever the body has is the last chunk, which may also be the first."""
    digest: Digest = members["digest"]
    session = _append(session, members, ports)
    command = CompleteLayerUpload(upload=session.upload, layer_digests=(str(digest),))
    try:
        complete_and_wait(command, ports)
    except LayerAlreadyExistsError:
        pass
    except UploadNotFoundError as error:
        if session.received_bytes == 0:
            raise InvalidLayerError(InvalidLayerError.NO_MATCH) from error
        raise
    return _created(session.upload.repository, digest)


def _created(repository: RepositoryId, digest: Digest) -> OciAnswer:
    headers = {"Location": f"/v2/{repository.name}/blobs/{digest}", "Docker-Content-Digest": str(digest)}
    return OciAnswer(HttpResponse(201, "", headers), {"layerDigest": str(digest)})


_SESSION = ("repositoryName", "session")
_BODY = ("Content-Range", "Content-Length")
OPERATIONS = (
    Operation(
        "StartBlobUpload",
        shape("repositoryName", "body", optional=("digest", "mount", "from", *_BODY)),
        _start_blob_upload,
        frozenset(),
    ),
    Operation("AppendToBlobUpload", shape(*_SESSION, "body", optional=_BODY), _append_to_blob_upload, frozenset()),
    Operation(
        "CompleteBlobUpload", shape(*_SESSION, "digest", "body", optional=_BODY), _complete_blob_upload, frozenset()
    ),
    Operation("GetBlobUploadStatus", shape(*_SESSION), _get_blob_upload_status, frozenset()),
    Operation("CancelBlobUpload", shape(*_SESSION), _cancel_blob_upload, frozenset()),
)
