"""Parts that S3 has with the recorded bytes, but under another ETag than was recorded.

Several attempts to store one part may run at the same time, and the last one wins. It has the same bytes, and if a key
encrypts them under an ETag of its own.
"""

from dataclasses import replace

from moorage.domain.uploads.relay_progress import StoredPart
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import StoredPartsDamagedError


def recover_parts(upload: Upload, parts: tuple[StoredPart, ...], ports: Ports) -> tuple[StoredPart, ...]:
    """The recorded parts with the ETags that they have in S3 now.

    StoredPartsDamagedError if S3 has other bytes than were recorded, NoMultipartUploadError.
    """
    etags = {(part.number, part.sha256): part.etag for part in ports.direct.list_parts(upload) if part.sha256}
    if any((part.part_number, part.sha256) not in etags for part in parts):
        raise StoredPartsDamagedError(f"parts of upload {upload.upload_id} were replaced")
    return tuple(replace(part, etag=etags[part.part_number, part.sha256]) for part in parts)
