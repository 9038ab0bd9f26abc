"""The object behind a layer: joined from its parts, or found as an earlier attempt left it."""

from dataclasses import replace
from hashlib import sha256

from moorage.domain.digest import Digest
from moorage.domain.upload import StoredPart, Upload, whole_layer
from moorage.usecases.completion._calculate_digest import streamed_digest
from moorage.usecases.completion._recover_parts import recover_parts
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject, StoredPartsDamagedError


def finish_object(upload: Upload, parts: tuple[StoredPart, ...], digest: Digest | None, ports: Ports) -> StoredObject:
    """Join the parts into the object; if an earlier attempt did, make sure that it is this one.

    `digest` is what the bytes hash to, None if only reading the object will tell. StoredPartsDamagedError if the
    object is not made of the recorded parts, NoMultipartUploadError if there is neither upload nor object.
    """
    whole = whole_layer(upload, parts)
    if whole is None:
        raise StoredPartsDamagedError(f"part records of upload {upload.upload_id} are incomplete")
    try:
        return _join(upload, whole, ports)
    except NoMultipartUploadError:
        stored = ports.content.head(upload.object_key)
        if stored is None:
            raise
    if stored.size_bytes != upload.received_bytes or not _holds(upload, whole, digest, stored, ports):
        raise StoredPartsDamagedError(f"the object of upload {upload.upload_id} is not made of its parts")
    return stored


def _join(upload: Upload, parts: tuple[StoredPart, ...], ports: Ports) -> StoredObject:
    if upload.tail is not None:
        # Nothing came behind it: it is the last part.
        *rest, last = parts
        etag = ports.content.put_part(upload, last.part_number, ports.content.get_tail(upload.tail), last.sha256)
        parts = (*rest, replace(last, etag=etag))
    try:
        return ports.content.complete_multipart(upload, parts)
    except StoredPartsDamagedError:
        return ports.content.complete_multipart(upload, recover_parts(upload, parts, ports))


def _holds(
    upload: Upload, parts: tuple[StoredPart, ...], digest: Digest | None, stored: StoredObject, ports: Ports
) -> bool:
    if stored.parts_sha256 is not None:
        return stored.parts_sha256 == sha256(b"".join(part.sha256 for part in parts)).digest()
    # This store keeps no checksum. Without a digest the caller reads the object anyway.
    return digest is None or streamed_digest(ports.content.stream(upload.object_key, stored.etag)) == digest
