"""The hash of an upload's content while it is read: one class can store its state and resume, the other cannot."""

import hashlib
from collections.abc import Iterable
from typing import Protocol

from moorage.domain.digest import Digest
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import Hasher


class RunningDigest(Protocol):
    """`hashed_bytes` is where it stands; `checkpoint` what can be stored of it: a position and the state there."""

    @property
    def hashed_bytes(self) -> int:
        """How many bytes of the content were hashed."""

    @property
    def checkpoint(self) -> tuple[int, HashState | None]:
        """From where another process can resume, and with which state."""

    def update(self, data: bytes) -> None:
        """Hash the next bytes."""

    def digest(self) -> Digest:
        """The digest of all bytes so far."""


def running_digest(head: Upload, algorithm: str, hasher: Hasher) -> RunningDigest:
    """Resume from the upload's checkpoint, as far as that is possible."""
    return CarriedDigest(head, algorithm, hasher) if hasher.carries() else WholeDigest(algorithm)


class CarriedDigest:
    """Resumes at the checkpoint; from the start where that is damaged, or of another algorithm."""

    def __init__(self, head: Upload, algorithm: str, hasher: Hasher) -> None:
        self._hasher = hasher
        verified_bytes = head.verification.verified_bytes if head.verification else 0
        state = head.hash_state or HashState(algorithm)
        resumes = (state.algorithm, state.length) == (algorithm, verified_bytes)
        self._state = state if resumes else HashState(algorithm)

    @property
    def hashed_bytes(self) -> int:
        """The state's own count."""
        return self._state.length

    @property
    def checkpoint(self) -> tuple[int, HashState]:
        """The current state."""
        return self._state.length, self._state

    def update(self, data: bytes) -> None:
        """Update the state."""
        self._state = self._hasher.extend(self._state, data)

    def digest(self) -> Digest:
        """The digest of the final state."""
        return Digest.of_hash(self._hasher.digest(self._state))


class WholeDigest:
    """hashlib: starts at the first byte, and has to get to the last in one run."""

    def __init__(self, algorithm: str) -> None:
        self._hash = hashlib.new(algorithm)
        self._hashed_bytes = 0

    @property
    def hashed_bytes(self) -> int:
        """The number that this object has counted."""
        return self._hashed_bytes

    @property
    def checkpoint(self) -> tuple[int, None]:
        """The first byte: this hash cannot resume later."""
        return 0, None

    def update(self, data: bytes) -> None:
        """Update the hash."""
        self._hash.update(data)
        self._hashed_bytes += len(data)

    def digest(self) -> Digest:
        """hashlib's digest."""
        return Digest.of_hash(self._hash.digest())


def streamed_digest(content: Iterable[bytes], algorithm: str) -> Digest:
    """The digest of content that comes in chunks; memory stays flat. Raises what reading it raises."""
    running = WholeDigest(algorithm)
    for chunk in content:
        running.update(chunk)
    return running.digest()
