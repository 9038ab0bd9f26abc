"""UploadLayerPart: the next bytes of a layer are hashed, stored and recorded.

Three AWS calls: reserve the place (a write that also reads the head), store the part in S3, record it. For short parts,
the tail is read first, or the part is stored as the tail. The reaper deletes old tails.

The reservation is needed because S3 stores a part under its place in the layer, and a later request with other bytes
would overwrite it.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256

from moorage.domain.errors import LimitExceededError
from moorage.domain.uploads.relay_progress import ReceivedPart, RelayProgress, Reservation, StoredPart
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.access.authorize import require_possible
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredPartsDamagedError
from moorage.usecases.ports.records import PartReceipt
from moorage.usecases.repositories._find_repository import explain_missing_upload
from moorage.usecases.uploads._refuse_layer_part import refuse_unless_repeated, require_matching_length


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLayerPart:
    """Bytes `first_byte` to `last_byte` (inclusive) of the layer."""

    upload: UploadRef
    first_byte: int
    last_byte: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """`last_byte_received` is the layer's last byte so far, inclusive."""

    last_byte_received: int


def upload_layer_part(command: UploadLayerPart, ports: Ports) -> UploadedPart:
    """Accept the part. A repetition of the last part with the same bytes succeeds again.

    Raises: InvalidLayerPartError for a part that does not continue the layer or does not match its range;
    AccessDeniedError, RepositoryNotFoundError, UploadNotFoundError (also for an upload of another caller),
    LimitExceededError; UnavailableError while other bytes are being
    stored at the same place.
    """
    part = ReceivedPart(command.first_byte, command.last_byte, sha256(command.blob).digest())
    return store_next_part(command.upload, part, command.blob, ports)


def store_next_part(ref: UploadRef, part: ReceivedPart, blob: bytes | bytearray, ports: Ports) -> UploadedPart:
    """Accept a part whose bytes were hashed before.

    Raises: what upload_layer_part raises.
    """
    require_possible(ref.repository, ports)
    require_matching_length(part, len(blob), ref, ports)
    now = ports.now()
    claim = ports.uploads.reserve_part(
        ref,
        first_byte=part.first_byte,
        reservation=Reservation(part.sha256, int(now) + ports.limits.part_reservation_seconds),
        now=now,
        initiator=ports.access.subject,
    )
    if claim.upload is None or claim.attempt_number is None:
        refuse_unless_repeated(part, claim.upload, ref, ports)
        return UploadedPart(part.last_byte)
    return store_reserved_part(claim.upload, claim.attempt_number, part, blob, ports)


def store_reserved_part(
    upload: Upload, attempt_number: int, part: ReceivedPart, blob: bytes | bytearray, ports: Ports
) -> UploadedPart:
    """Store and record a part whose place is reserved for it. Raises what upload_layer_part raises."""
    _require_room(upload, part, ports)
    try:
        receipt = _store(upload, attempt_number, part, blob, ports)
    except (NoMultipartUploadError, StoredPartsDamagedError) as error:
        # The upload was completed or aborted meanwhile, or its tail was lost: it accepts no more parts.
        raise explain_missing_upload(upload.ref, ports) from error
    written = ports.uploads.append(upload, receipt)
    if not written.applied:
        refuse_unless_repeated(part, written.current, upload.ref, ports)
    return UploadedPart(part.last_byte)


def _require_room(upload: Upload, part: ReceivedPart, ports: Ports) -> None:
    if upload.relayed.received_parts >= ports.limits.max_parts:
        raise LimitExceededError(f"A layer takes at most {ports.limits.max_parts} parts")
    if part.last_byte >= ports.limits.max_layer_bytes:
        raise LimitExceededError(f"A layer takes at most {ports.limits.max_layer_bytes} bytes")


def _store(
    upload: Upload, attempt_number: int, part: ReceivedPart, blob: bytes | bytearray, ports: Ports
) -> PartReceipt:
    # The layer is hashed while its part is sent. An error of S3 is raised after the hash has ended.
    with ThreadPoolExecutor(1, "hash") as executor:
        hash_state = executor.submit(_extend_hash_state, upload, blob, ports)
        after, stored = _store_in_s3(upload, attempt_number, part, blob, ports)
    return PartReceipt(replace(upload, transfer=after, hash_state=hash_state.result()), stored)


def _store_in_s3(
    upload: Upload, attempt_number: int, part: ReceivedPart, blob: bytes | bytearray, ports: Ports
) -> tuple[RelayProgress, StoredPart | None]:
    before, body, body_sha256 = upload.relayed, blob, part.sha256
    if before.tail:
        body = ports.content.get_tail(before.tail) + blob
        body_sha256 = sha256(body).digest()
    after = _with_part(before, part)
    if before.leaves_tail(len(blob), ports.limits.min_stored_bytes):
        return replace(after, tail=ports.content.put_tail(upload, attempt_number, body, body_sha256)), None
    part_number = before.stored_parts + 1
    etag = ports.content.put_part(upload, part_number, body, body_sha256)
    return replace(after, stored_parts=part_number, tail=None), StoredPart(part_number, etag, body_sha256, len(body))


def _with_part(before: RelayProgress, part: ReceivedPart) -> RelayProgress:
    previous_was_short = before.last_part is not None and before.last_part.size_bytes < before.min_part_bytes
    return replace(
        before,
        received_bytes=part.last_byte + 1,
        received_parts=before.received_parts + 1,
        last_part=part,
        reservation=None,
        has_short_part=before.has_short_part or previous_was_short,
    )


def _extend_hash_state(upload: Upload, blob: bytes | bytearray, ports: Ports) -> HashState | None:
    state = upload.hash_state or HashState()
    if not ports.hasher.carries() or state.length != upload.received_bytes:
        return None
    return ports.hasher.extend(state, blob)
