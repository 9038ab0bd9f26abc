"""Parts that S3 no longer has as they were recorded, although nothing that was acknowledged is lost.

A try to store a part that broke off before it was recorded may have overwritten the part at its place: with the same
bytes under another ETag (where a key encrypts them, an ETag is no hash of the bytes), or a tail with the longer part
that it was joined to.
"""

from dataclasses import replace

from moorage.domain.upload import StoredPart, Upload
from moorage.usecases.content_ports import StoredPartsDamagedError
from moorage.usecases.ports import Ports
from moorage.usecases.verification_ports import ReceivedByS3


def recover_parts(upload: Upload, parts: tuple[StoredPart, ...], ports: Ports) -> tuple[StoredPart, ...]:
    """The recorded parts with the ETags that they have in S3 now; a tail that was overwritten is stored again.

    StoredPartsDamagedError if S3 has other bytes than were recorded, NoMultipartUploadError.
    """
    held = {part.number: part for part in ports.direct.received(upload)}
    return tuple(_recovered(upload, part, held.get(part.ordinal), ports) for part in parts)


def _recovered(upload: Upload, part: StoredPart, held: ReceivedByS3 | None, ports: Ports) -> StoredPart:
    if held is not None and (held.etag == part.etag or held.sha256 == part.sha256):
        return replace(part, etag=held.etag)
    if upload.tail is not None and part.ordinal == upload.stored_parts:
        body = ports.content.get_tail(upload.tail)
        return replace(part, etag=ports.content.put_part(upload, part.ordinal, body, part.sha256))
    raise StoredPartsDamagedError(f"part {part.ordinal} of upload {upload.upload_id} was replaced")
