"""The streaming checksum: an upload's stored object, hashed by one worker at a time, from checkpoint to checkpoint.

The object is pinned by its ETag. A run takes the upload's lease, resumes after the last checkpoint, and renews the
lease with every checkpoint. A worker that loses the lease stops. Only the lease's holder writes checkpoints, so a
checkpoint is never older than the one before.
"""

from contextlib import closing
from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.errors import VerificationInProgressError
from moorage.domain.uploads.direct_upload import Lease, Verification
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.completion._layer_source import Overtaken
from moorage.usecases.completion._running_digest import RunningDigest, running_digest
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import StoredPartsDamagedError

RENEWALS = 3
"""Minimum number of renewals in the length of a lease, so that one late renewal does not lose the lease."""


def verify_upload(
    upload: Upload, object_etag: str, algorithm: str, deadline: float, ports: Ports
) -> Digest | Overtaken:
    """The digest of the object. The checkpoints in the upload's head show how many bytes are verified.

    Raises: VerificationInProgressError if another worker has the lease (`leased_until` says for how long), and if
    `deadline` has come: then the checkpoint is written and the lease is free; StoredPartsDamagedError if the object
    is another one than before.
    """
    owner = ports.new_id()
    head = _take_lease(upload, object_etag, owner, ports)
    if isinstance(head, Overtaken):
        return head
    digest, overtaken = running_digest(head, algorithm, ports.hasher), None
    try:
        if digest.hashed_bytes < head.size_bytes:
            overtaken = _hash_on(digest, head, owner, deadline, ports)
    finally:
        # Also if S3 failed: what was hashed is kept, and the next one need not wait for the lease to end.
        released = _save(digest, head, owner, None, ports)
    if refusal := overtaken or released:
        return refusal
    if digest.hashed_bytes < head.size_bytes:
        raise VerificationInProgressError(digest.hashed_bytes, head.size_bytes)
    return digest.digest()


def _take_lease(upload: Upload, object_etag: str, owner: str, ports: Ports) -> Upload | Overtaken:
    now = ports.now()
    lease = Lease(owner, now + ports.limits.verification.lease_seconds)
    taken = ports.verifications.take_lease(upload, object_etag, lease, now)
    if taken.applied and taken.current is not None:
        return taken.current
    return _explain_refusal(upload, object_etag, taken.current)


def _explain_refusal(upload: Upload, object_etag: str, found: Upload | None) -> Overtaken:
    """Why the head did not take a lease or a checkpoint.

    Raises: StoredPartsDamagedError, VerificationInProgressError if another worker has the lease.
    """
    is_same = found is not None and found.received_bytes == upload.received_bytes
    if found is None or found.status is not UploadStatus.OPEN or not is_same or found.verification is None:
        return Overtaken(found)
    verification = found.verification
    if verification.object_etag != object_etag:
        raise StoredPartsDamagedError(f"the object of upload {upload.upload_id} was replaced")
    if verification.lease is None:
        return Overtaken(found)
    raise VerificationInProgressError(verification.verified_bytes, found.size_bytes, verification.lease.expires_at)


def _hash_on(digest: RunningDigest, head: Upload, owner: str, deadline: float, ports: Ports) -> Overtaken | None:
    limits, etag = ports.limits.verification, _verification(head).object_etag
    saved_bytes, saved_at = digest.hashed_bytes, ports.now()
    with closing(ports.content.stream(head.object_key, etag, digest.hashed_bytes)) as chunks:
        for chunk in chunks:
            digest.update(chunk)
            now = ports.now()
            can_pause = digest.checkpoint[0] == digest.hashed_bytes  # what cannot be resumed has to run to its end
            if can_pause and now >= deadline:
                return None
            unsaved_bytes = digest.hashed_bytes - saved_bytes
            is_old = now - saved_at >= limits.lease_seconds / RENEWALS
            if is_old or (can_pause and unsaved_bytes + limits.read_ahead_bytes >= limits.checkpoint_bytes):
                overtaken = _save(digest, head, owner, Lease(owner, now + limits.lease_seconds), ports)
                if overtaken:
                    return overtaken
                saved_bytes, saved_at = digest.hashed_bytes, now
    if digest.hashed_bytes != head.size_bytes:
        raise StoredPartsDamagedError(f"the object of upload {head.upload_id} ends at byte {digest.hashed_bytes}")
    return None


def _save(digest: RunningDigest, head: Upload, owner: str, lease: Lease | None, ports: Ports) -> Overtaken | None:
    verified_bytes, hash_state = digest.checkpoint
    verification = replace(_verification(head), verified_bytes=verified_bytes, lease=lease)
    written = ports.verifications.checkpoint(replace(head, verification=verification, hash_state=hash_state), owner)
    return None if written.applied else _explain_refusal(head, verification.object_etag, written.current)


def _verification(head: Upload) -> Verification:
    assert head.verification is not None  # noqa: S101 - taking the lease made it
    return head.verification
