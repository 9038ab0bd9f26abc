"""The bytes that came through UploadLayerPart: their digest was carried from part to part."""

from dataclasses import replace
from hashlib import sha256

from moorage.domain.digest import Digest
from moorage.domain.errors import EmptyUploadError, LayerPartTooSmallError
from moorage.domain.sha256_state import unseal
from moorage.domain.upload import StoredPart, Upload, whole_layer
from moorage.usecases.completion._layer_source import Overtaken
from moorage.usecases.completion._recover_parts import recover_parts
from moorage.usecases.completion._running_digest import streamed_digest
from moorage.usecases.completion._verify_upload import verify_upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject, StoredPartsDamagedError


class RelayedSource:
    """Implements LayerSource. `deadline` (epoch seconds) is for the streaming checksum, if the state was lost."""

    def __init__(self, upload: Upload, parts: tuple[StoredPart, ...], deadline: float, ports: Ports) -> None:
        self.expected_digest = _carried_digest(upload, ports)
        self._upload = upload
        self._parts = parts
        self._deadline = deadline
        self._ports = ports
        self._stored: StoredObject | None = None

    def digest(self) -> Digest | Overtaken:
        """The carried digest, without reading a byte; the stored object's, if the state was lost or is damaged."""
        upload = self._upload
        if upload.received_bytes == 0:
            raise EmptyUploadError(upload.ref)
        if upload.has_short_part:
            raise LayerPartTooSmallError(upload.min_part_bytes)
        if self.expected_digest is not None:
            return self.expected_digest
        return verify_upload(upload, self._store().etag, self._deadline, self._ports)

    def ensure_stored(self) -> None:
        """Join the parts into the object; if an earlier attempt did, make sure that it holds these bytes."""
        self._store()

    def _store(self) -> StoredObject:
        self._stored = self._stored or self._join_or_find()
        return self._stored

    def _join_or_find(self) -> StoredObject:
        whole = whole_layer(self._upload, self._parts)
        if whole is None:
            raise StoredPartsDamagedError(f"part records of upload {self._upload.upload_id} are incomplete")
        try:
            return self._join(whole)
        except NoMultipartUploadError:
            stored = self._ports.content.head(self._upload.object_key)
            if stored is None:
                raise
        if stored.size_bytes != self._upload.received_bytes or not self._holds(whole, stored):
            raise StoredPartsDamagedError(f"the object of upload {self._upload.upload_id} is not made of its parts")
        return stored

    def _join(self, parts: tuple[StoredPart, ...]) -> StoredObject:
        upload, content = self._upload, self._ports.content
        if upload.tail is not None:
            # No part came after the tail, so it is the last part.
            *rest, last = parts
            etag = content.put_part(upload, last.part_number, content.get_tail(upload.tail), last.sha256)
            parts = (*rest, replace(last, etag=etag))
        try:
            return content.complete_multipart(upload, parts)
        except StoredPartsDamagedError:
            return content.complete_multipart(upload, recover_parts(upload, parts, self._ports))

    def _holds(self, parts: tuple[StoredPart, ...], stored: StoredObject) -> bool:
        """Whether the object that an earlier attempt joined is made of these parts."""
        if stored.parts_sha256 is not None:
            return stored.parts_sha256 == sha256(b"".join(part.sha256 for part in parts)).digest()
        if self.expected_digest is None:
            # The object is read anyway to get its digest.
            return True
        chunks = self._ports.content.stream(self._upload.object_key, stored.etag)
        return streamed_digest(chunks) == self.expected_digest


def _carried_digest(upload: Upload, ports: Ports) -> Digest | None:
    if not ports.hasher.carries():
        return None
    state = unseal(upload.hash_state, upload.received_bytes)
    return Digest.of_hash(ports.hasher.digest(state)) if state else None
