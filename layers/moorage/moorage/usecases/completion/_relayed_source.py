"""The bytes that came through UploadLayerPart: their digest was carried from part to part."""

from dataclasses import replace
from hashlib import sha256

from moorage.domain.digest import Digest
from moorage.domain.errors import EmptyUploadError, LayerPartTooSmallError
from moorage.domain.uploads.relay_progress import RelayProgress, Reservation, StoredPart, Tail
from moorage.domain.uploads.upload import Upload
from moorage.usecases.completion._layer_source import Overtaken
from moorage.usecases.completion._recover_parts import recover_parts
from moorage.usecases.completion._running_digest import streamed_digest
from moorage.usecases.completion._verify_upload import verify_upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject, StoredPartsDamagedError


class RelayedSource:
    """Implements LayerSource for a digest of this algorithm.

    `deadline` (epoch seconds) is for the streaming checksum, if the state was lost, or is of another algorithm.
    """

    def __init__(
        self, upload: Upload, parts: tuple[StoredPart, ...], algorithm: str, deadline: float, ports: Ports
    ) -> None:
        self.expected_digest = _carried_digest(upload, algorithm, ports)
        self._algorithm = algorithm
        self._upload = upload
        self._progress = upload.relayed
        self._parts = parts
        self._deadline = deadline
        self._ports = ports
        self._stored: StoredObject | None = None

    def digest(self) -> Digest | Overtaken:
        """The carried digest, without reading a byte; the stored object's, if the state was lost or is damaged."""
        upload = self._upload
        if self._progress.received_bytes == 0:
            raise EmptyUploadError(upload.ref)
        if self._progress.has_short_part:
            raise LayerPartTooSmallError(self._progress.min_part_bytes)
        if self.expected_digest is not None:
            return self.expected_digest
        stored = self._store()
        if isinstance(stored, Overtaken):
            return stored
        return verify_upload(upload, stored.etag, self._algorithm, self._deadline, self._ports)

    def ensure_stored(self) -> Overtaken | None:
        """Join the parts into the object; if an earlier attempt did, make sure that it holds these bytes."""
        stored = self._store()
        return stored if isinstance(stored, Overtaken) else None

    def _store(self) -> StoredObject | Overtaken:
        if self._stored is not None:
            return self._stored
        stored = self._join_or_find()
        if isinstance(stored, StoredObject):
            self._stored = stored
        return stored

    def _join_or_find(self) -> StoredObject | Overtaken:
        whole = whole_layer(self._progress, self._parts)
        if whole is None:
            raise StoredPartsDamagedError(f"part records of upload {self._upload.upload_id} are incomplete")
        try:
            return self._join(whole)
        except NoMultipartUploadError:
            stored = self._ports.content.head(self._upload.object_key)
            if stored is None:
                raise
        if stored.size_bytes != self._progress.received_bytes or not self._holds(whole, stored):
            raise StoredPartsDamagedError(f"the object of upload {self._upload.upload_id} is not made of its parts")
        return stored

    def _join(self, parts: tuple[StoredPart, ...]) -> StoredObject | Overtaken:
        upload, content, tail = self._upload, self._ports.content, self._progress.tail
        if tail is not None:
            # No part came after the tail, so it is the last part.
            *rest, last = parts
            body = content.get_tail(tail)
            if overtaken := self._reserve_place_of(tail):
                return overtaken
            etag = content.put_part(upload, last.part_number, body, last.sha256)
            parts = (*rest, replace(last, etag=etag))
        try:
            return content.complete_multipart(upload, parts)
        except StoredPartsDamagedError:
            return content.complete_multipart(upload, recover_parts(upload, parts, self._ports))

    def _reserve_place_of(self, tail: Tail) -> Overtaken | None:
        """Reserve the tail's place: a late write of the tail must not replace a part that was acknowledged there.

        Overtaken also while a part is being stored there.
        """
        upload, now = self._upload, self._ports.now()
        # Not the tail's own hash: the next part may have the same bytes, and it has to wait.
        holder = sha256(b"completion with the tail " + tail.sha256).digest()
        reserved = self._ports.uploads.reserve_part(
            upload.ref,
            first_byte=self._progress.received_bytes,
            reservation=Reservation(holder, int(now) + self._ports.limits.part_reservation_seconds),
            now=now,
        )
        return None if reserved.attempt_number is not None else Overtaken(reserved.upload)

    def _holds(self, parts: tuple[StoredPart, ...], stored: StoredObject) -> bool:
        """Whether the object that an earlier attempt joined is made of these parts."""
        if stored.parts_sha256 is not None:
            return stored.parts_sha256 == sha256(b"".join(part.sha256 for part in parts)).digest()
        if self.expected_digest is None:
            # The object is read anyway to get its digest.
            return True
        chunks = self._ports.content.stream(self._upload.object_key, stored.etag)
        return streamed_digest(chunks, self._algorithm) == self.expected_digest


def _carried_digest(upload: Upload, algorithm: str, ports: Ports) -> Digest | None:
    if not ports.hasher.carries():
        return None
    state = upload.hash_state
    if state is None or (state.algorithm, state.length) != (algorithm, upload.received_bytes):
        return None
    return Digest.of_hash(ports.hasher.digest(state))


def whole_layer(progress: RelayProgress, parts: tuple[StoredPart, ...]) -> tuple[StoredPart, ...] | None:
    """The stored parts and then the tail, which has no ETag yet; None if they are less than what was received."""
    tail = progress.tail
    if tail is not None:
        parts = (*parts, StoredPart(progress.stored_parts + 1, "", tail.sha256, tail.size_bytes))
    is_in_order = [part.part_number for part in parts] == list(range(1, len(parts) + 1))
    stored_bytes = sum(part.size_bytes for part in parts)
    counted = progress.stored_parts + (1 if tail else 0)
    return parts if is_in_order and (len(parts), stored_bytes) == (counted, progress.received_bytes) else None
