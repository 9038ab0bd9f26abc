"""The digest of what an upload received: from the state carried part by part, or by reading the object once."""

from hashlib import sha256

from moorage.domain.digest import Digest
from moorage.domain.sha256_state import unseal
from moorage.domain.upload import Upload
from moorage.usecases.content_ports import StoredObject
from moorage.usecases.ports import Ports


def carried_digest(upload: Upload, ports: Ports) -> Digest | None:
    """The digest from the carried state, without reading a byte; None where the state was lost or is damaged."""
    if not ports.hasher.carries():
        return None
    state = unseal(upload.hash_state, upload.received_bytes)
    return Digest.of_hash(ports.hasher.finish(state)) if state else None


def streamed_digest(upload: Upload, stored: StoredObject, ports: Ports) -> Digest:
    """The digest of the object as it is stored, by reading all of it; memory stays flat.

    StoredPartsDamagedError if the object changes while it is read.
    """
    running = sha256()
    for chunk in ports.content.stream(upload.object_key, stored.etag):
        running.update(chunk)
    return Digest.of_hash(running.digest())
