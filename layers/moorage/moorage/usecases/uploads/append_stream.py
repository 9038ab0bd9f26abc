"""Append a body of any length to an upload: it is cut into parts. While a part is stored, the next is read and hashed.

The upload's record is made with the first part. A body that ends early leaves the parts that came before; the client
can ask how far they reach (get_upload_status.py) and continue there.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256

from moorage.domain.errors import InconsistentRecordsError, InvalidLayerPartError, UploadNotFoundError
from moorage.domain.uploads.relay_progress import ReceivedPart, Reservation
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.access.authorize import authorize
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository
from moorage.usecases.uploads._create_upload import create_relayed_upload
from moorage.usecases.uploads._cut_parts import cut_parts
from moorage.usecases.uploads._read_ahead import read_ahead
from moorage.usecases.uploads.upload_layer_part import store_next_part, store_reserved_part


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendStream:
    """`first_byte` and `size_bytes` are None where the client did not say them: then the body continues the session."""

    session: UploadSession
    chunks: Iterable[bytes]
    first_byte: int | None = None
    size_bytes: int | None = None


def append_stream(command: AppendStream, ports: Ports) -> UploadSession:
    """Store the body; the session with its new length. An empty body changes nothing.

    Raises: InvalidLayerPartError for bytes that do not continue the upload, or are not as many as announced;
    RepositoryNotFoundError, UploadNotFoundError, LimitExceededError, UnavailableError; and what reading it raises.
    """
    session = command.session
    first_byte = session.received_bytes if command.first_byte is None else command.first_byte
    announced_end = None if command.size_bytes is None else first_byte + command.size_bytes
    if first_byte > 0 and session.received_bytes == 0:
        raise _invalid(f"First byte of the layer part is {first_byte} instead of 0", session.upload, 0)
    with closing(read_ahead(_hashed_parts(command.chunks, first_byte, ports))) as parts:
        for part, blob in parts:
            first_byte = part.last_byte + 1
            is_last = len(blob) != ports.limits.stream_part_bytes
            _require_announced_size(session, first_byte, announced_end, is_last=is_last)
            _append(session, part, blob, ports)
            session = replace(session, received_bytes=first_byte)
            del part, blob  # a part that is stored needs no memory while the next one arrives
    if announced_end not in (None, first_byte):
        raise _size_differs(session, first_byte)
    return session


def _hashed_parts(chunks: Iterable[bytes], first_byte: int, ports: Ports) -> Iterator[tuple[ReceivedPart, bytearray]]:
    for blob in cut_parts(chunks, ports.limits.stream_part_bytes, ports.limits.min_stored_bytes):
        yield ReceivedPart(first_byte, first_byte + len(blob) - 1, sha256(blob).digest()), blob
        first_byte += len(blob)


def _append(session: UploadSession, part: ReceivedPart, blob: bytearray, ports: Ports) -> None:
    if part.first_byte == 0 and session.received_bytes == 0 and _begin(session, part, blob, ports):
        return
    store_next_part(session.upload, part, blob, ports)


def _begin(session: UploadSession, part: ReceivedPart, blob: bytearray, ports: Ports) -> bool:
    """Create the record and store its first part; False if an earlier request of this session created it."""
    repository = find_repository(session.upload.repository, ports, "ecr:InitiateLayerUpload")
    authorize(repository.id, repository, ports, "ecr:UploadLayerPart")
    if repository.incarnation != session.incarnation:
        # The repository was deleted and created again: the session belongs to the deleted one.
        raise UploadNotFoundError(session.upload)
    try:
        upload = create_relayed_upload(
            repository,
            session.upload.upload_id,
            ports,
            # The OCI protocol has chunks of any size: what S3 would refuse as a part waits as the tail.
            min_part_bytes=0,
            expires_at=session.expires_at,
            algorithm=session.algorithm,
            reservation=Reservation(part.sha256, int(ports.now()) + ports.limits.part_reservation_seconds),
        )
    except InconsistentRecordsError:
        return False
    store_reserved_part(upload, upload.relayed.attempts, part, blob, ports)
    return True


def _require_announced_size(session: UploadSession, end: int, announced: int | None, *, is_last: bool) -> None:
    """Before a part is stored: what is known to be wrong by then leaves nothing behind."""
    if announced is not None and (end > announced or (is_last and end < announced)):
        raise _size_differs(session, end)


def _size_differs(session: UploadSession, end: int) -> InvalidLayerPartError:
    reason = f"The body reaches to byte {end - 1} of the layer, and another length was announced"
    return _invalid(reason, session.upload, session.received_bytes)


def _invalid(reason: str, upload: UploadRef, received_bytes: int) -> InvalidLayerPartError:
    return InvalidLayerPartError(reason, upload=upload, last_valid_byte=received_bytes - 1)
