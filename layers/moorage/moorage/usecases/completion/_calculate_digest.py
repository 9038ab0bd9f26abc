"""The digest of what an upload received: from the state carried part by part, or by reading the object once."""

from collections.abc import Iterable
from hashlib import sha256

from moorage.domain.digest import Digest
from moorage.domain.sha256_state import unseal
from moorage.domain.upload import Upload
from moorage.usecases.ports import Ports


def carried_digest(upload: Upload, ports: Ports) -> Digest | None:
    """The digest from the carried state, without reading a byte; None where the state was lost or is damaged."""
    if not ports.hasher.carries():
        return None
    state = unseal(upload.hash_state, upload.received_bytes)
    return Digest.of_hash(ports.hasher.digest(state)) if state else None


def streamed_digest(content: Iterable[bytes]) -> Digest:
    """The digest of content that comes in chunks; memory stays flat. Raises what reading it raises."""
    running = sha256()
    for chunk in content:
        running.update(chunk)
    return Digest.of_hash(running.digest())
