"""A layer that is one object by one PutObject: S3 compared the bytes with their SHA-256 before it stored them."""

from moorage.domain.digest import Digest
from moorage.domain.errors import EmptyUploadError
from moorage.domain.uploads.direct_upload import DirectDescriptor
from moorage.domain.uploads.upload import Upload
from moorage.usecases.completion._layer_source import Overtaken, Rejected
from moorage.usecases.ports import Ports


class HashedSource:
    """Implements LayerSource.

    `sha256` is that of the announced layer, if its digest is of another algorithm: the bytes must have
    been hashed by both algorithms. `is_answered`: S3 has just accepted our own PutObject with this SHA-256.
    """

    def __init__(
        self,
        upload: Upload,
        announced: DirectDescriptor,
        ports: Ports,
        *,
        sha256: bytes | None = None,
        is_answered: bool = False,
    ) -> None:
        self.expected_digest = announced.digest
        self._sha256 = Digest.of_hash(sha256) if sha256 else announced.digest
        self._upload = upload
        self._announced = announced
        self._ports = ports
        self._is_answered = is_answered

    def digest(self) -> Digest | Rejected:
        """S3's own answer to the PutObject, or else the SHA-256 of the whole object that S3 has stored with it."""
        announced = self._announced
        if self._is_answered:
            return announced.digest
        stored = self._ports.content.head(self._upload.object_key)
        if stored is None:
            raise EmptyUploadError(self._upload.ref)
        if stored.sha256 is None:
            return Rejected("The layer was stored without a SHA-256 of the whole object, so it cannot be verified")
        if stored.size_bytes != announced.size_bytes:
            return Rejected(f"The layer holds {stored.size_bytes} bytes instead of {announced.size_bytes}")
        hashed = Digest.of_hash(stored.sha256)
        if hashed != self._sha256:
            return Rejected(f"The layer hashes to {hashed} instead of {self._sha256}")
        return announced.digest

    def ensure_stored(self) -> Overtaken | None:
        """The object is there: its digest came from it."""
