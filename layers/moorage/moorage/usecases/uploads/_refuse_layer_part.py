"""Why UploadLayerPart does not take a part: the failing half of the operation, in one place."""

from dataclasses import dataclass

from moorage.domain.errors import InvalidLayerPartError, UnavailableError
from moorage.domain.upload import ReceivedPart, Upload
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import explain_missing_upload


@dataclass(frozen=True, slots=True)
class UploadAddress:
    """The upload that a caller named, whether there is one or not."""

    registry_id: str
    repository_name: str
    upload_id: str


def require_open(upload: Upload | None, address: UploadAddress, ports: Ports) -> Upload:
    """The upload if it takes parts; RepositoryNotFoundError or UploadNotFoundError if not."""
    is_own = upload is not None and upload.belongs_to(address.registry_id, address.repository_name)
    if upload is None or not is_own or not upload.takes_parts(ports.now()):
        raise explain_missing_upload(address.registry_id, address.repository_name, address.upload_id, ports)
    return upload


def refuse_unless_repeated(part: ReceivedPart, found: Upload | None, address: UploadAddress, ports: Ports) -> None:
    """Pass for the last part sent again with the same bytes; raise the reason for every other part."""
    upload = require_open(found, address, ports)
    last = upload.last_part
    if part == last:
        return
    if part.first_byte == upload.received_bytes:
        raise UnavailableError("A part with other content is being stored at this place; try the same request again")
    if last and (part.first_byte, part.last_byte) == (last.first_byte, last.last_byte):
        reason = f"Bytes {part.first_byte} to {part.last_byte} were received before, with other content"
    else:
        reason = f"First byte of the layer part is {part.first_byte} instead of {upload.received_bytes}"
    raise invalid_part(reason, upload)


def require_matching_length(part: ReceivedPart, size_bytes: int, address: UploadAddress, ports: Ports) -> None:
    """InvalidLayerPartError unless the range is as long as the bytes that came, and they are some.

    Reads the upload only to say so.
    """
    if part.size_bytes == size_bytes > 0:
        return
    upload = require_open(ports.uploads.get(address.upload_id), address, ports)
    raise invalid_part(
        f"The layer part holds {size_bytes} bytes, but partFirstByte {part.first_byte} and partLastByte "
        f"{part.last_byte} (inclusive) make {part.size_bytes}",
        upload,
    )


def invalid_part(reason: str, upload: Upload) -> InvalidLayerPartError:
    """The refusal, with all that a client needs to go on."""
    return InvalidLayerPartError(
        reason,
        registry_id=upload.registry_id,
        repository_name=upload.repository_name,
        upload_id=upload.upload_id,
        last_valid_byte=upload.received_bytes - 1,
    )
