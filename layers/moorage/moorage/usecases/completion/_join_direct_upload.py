"""The object of a direct upload: joined from the parts that clients sent to S3, or found as somebody else joined it."""

from moorage.domain.direct_upload import DirectDescriptor
from moorage.domain.errors import EmptyUploadError, InvalidLayerError
from moorage.domain.upload import Upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject
from moorage.usecases.ports.verification import ReceivedByS3

NAMED_PARTS = 5


def join_direct_upload(upload: Upload, claim: DirectDescriptor, ports: Ports) -> StoredObject:
    """Join the parts, if S3 has every one at its length.

    EmptyUploadError without any part, InvalidLayerError if some are missing (they can still be sent),
    NoMultipartUploadError if there is neither upload nor object.
    """
    try:
        received = list(ports.direct.list_parts(upload))
        return ports.direct.complete_multipart(upload, _whole_layer(upload, claim, received))
    except NoMultipartUploadError:
        # The client joined it itself, or an earlier attempt of ours did.
        stored = ports.content.head(upload.object_key)
        if stored is None:
            raise
        return stored


def _whole_layer(upload: Upload, claim: DirectDescriptor, received: list[ReceivedByS3]) -> list[ReceivedByS3]:
    if not received:
        raise EmptyUploadError(upload.ref)
    fitting = {part.number: part for part in received if is_as_claimed(claim, part)}
    missing = [number for number in range(1, claim.part_count + 1) if number not in fitting]
    if missing:
        named = ", ".join(map(str, missing[:NAMED_PARTS])) + (" …" if len(missing) > NAMED_PARTS else "")
        raise InvalidLayerError(
            f"{len(missing)} of the layer's {claim.part_count} parts have not been received at their length: {named}"
        )
    return [fitting[number] for number in range(1, claim.part_count + 1)]


def is_as_claimed(claim: DirectDescriptor, part: ReceivedByS3) -> bool:
    """Whether a part that S3 has can be part of the layer."""
    return part.number <= claim.part_count and part.size_bytes == claim.part(part.number).size_bytes
