"""The bytes that a client sent straight to S3 in parts: the joined object is read to get its digest."""

from moorage.domain.digest import Digest
from moorage.domain.errors import EmptyUploadError, InvalidLayerError
from moorage.domain.uploads.direct_upload import DirectDescriptor
from moorage.domain.uploads.upload import Upload
from moorage.usecases.completion._layer_source import Overtaken, Rejected
from moorage.usecases.completion._verify_upload import verify_upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject
from moorage.usecases.ports.verification import ReceivedByS3

NAMED_PARTS = 5


class DirectSource:
    """Implements LayerSource. `deadline` (epoch seconds): when an unfinished streaming checksum is handed over."""

    def __init__(self, upload: Upload, announced: DirectDescriptor, deadline: float, ports: Ports) -> None:
        self.expected_digest = announced.digest
        self._upload = upload
        self._announced = announced
        self._deadline = deadline
        self._ports = ports

    def digest(self) -> Digest | Overtaken | Rejected:
        """Join the parts and hash the object; Rejected if it is not the announced layer."""
        announced, verification = self._announced, self._upload.verification
        if verification is None:
            stored = self._join_or_find()
            if stored.size_bytes != announced.size_bytes:
                return Rejected(f"The layer holds {stored.size_bytes} bytes instead of {announced.size_bytes}")
        etag = verification.object_etag if verification else stored.etag
        digest = verify_upload(self._upload, etag, announced.digest.algorithm, self._deadline, self._ports)
        if isinstance(digest, Digest) and digest != announced.digest:
            return Rejected(f"The layer hashes to {digest} instead of {announced.digest}")
        return digest

    def ensure_stored(self) -> Overtaken | None:
        """The object is there: it was read to get the digest."""

    def _join_or_find(self) -> StoredObject:
        upload, direct = self._upload, self._ports.direct
        try:
            received = list(direct.list_parts(upload))
            return direct.complete_multipart(upload, self._whole_layer(received))
        except NoMultipartUploadError:
            # The client joined the parts itself, or an earlier attempt of ours did.
            stored = self._ports.content.head(upload.object_key)
            if stored is None:
                raise
            return stored

    def _whole_layer(self, received: list[ReceivedByS3]) -> list[ReceivedByS3]:
        if not received:
            raise EmptyUploadError(self._upload.ref)
        numbers = range(1, self._announced.part_count + 1)
        fitting = {part.number: part for part in received if self._announced.has_part(part.number, part.size_bytes)}
        missing = [number for number in numbers if number not in fitting]
        if missing:
            named = ", ".join(map(str, missing[:NAMED_PARTS])) + (" …" if len(missing) > NAMED_PARTS else "")
            raise InvalidLayerError(
                f"{len(missing)} of the layer's {len(numbers)} parts have not been received at their length: {named}"
            )
        return [fitting[number] for number in numbers]
