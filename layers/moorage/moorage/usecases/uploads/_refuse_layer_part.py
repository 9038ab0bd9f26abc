"""All checks by which UploadLayerPart refuses a part."""

from moorage.domain.errors import InvalidLayerPartError, UnavailableError
from moorage.domain.uploads.relay_progress import ReceivedPart
from moorage.domain.uploads.upload import Upload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.access.authorize import belongs_to_caller
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import explain_missing_upload


def require_open(upload: Upload | None, ref: UploadRef, ports: Ports) -> Upload:
    """The upload, if it accepts parts. Raises: AccessDeniedError, RepositoryNotFoundError, UploadNotFoundError."""
    is_own = upload is not None and upload.repository == ref.repository and belongs_to_caller(upload, ports)
    if upload is None or not is_own or not upload.takes_parts(ports.now()):
        raise explain_missing_upload(ref, ports)
    return upload


def refuse_unless_repeated(part: ReceivedPart, found: Upload | None, ref: UploadRef, ports: Ports) -> None:
    """Accept a repetition of the last part with the same bytes; raise the reason for every other part."""
    upload = require_open(found, ref, ports)
    last = upload.relayed.last_part
    if part == last:
        return
    if part.first_byte == upload.received_bytes:
        raise UnavailableError("A part with other content is being stored at this place; try the same request again")
    if last and (part.first_byte, part.last_byte) == (last.first_byte, last.last_byte):
        reason = f"Bytes {part.first_byte} to {part.last_byte} were received before, with other content"
    else:
        reason = f"First byte of the layer part is {part.first_byte} instead of {upload.received_bytes}"
    raise invalid_part(reason, upload)


def require_matching_length(part: ReceivedPart, size_bytes: int, ref: UploadRef, ports: Ports) -> None:
    """Require that the range has the length of the received bytes, and that there are bytes.

    The upload is read only for the error.
    Raises: InvalidLayerPartError.
    """
    if part.size_bytes == size_bytes > 0:
        return
    upload = require_open(ports.uploads.get(ref.upload_id), ref, ports)
    raise invalid_part(
        f"The layer part holds {size_bytes} bytes, but partFirstByte {part.first_byte} and partLastByte "
        f"{part.last_byte} (inclusive) make {part.size_bytes}",
        upload,
    )


def invalid_part(reason: str, upload: Upload) -> InvalidLayerPartError:
    """The error, with everything that a client needs to resume."""
    return InvalidLayerPartError(
        reason,
        upload=upload.ref,
        last_valid_byte=upload.received_bytes - 1,
    )
