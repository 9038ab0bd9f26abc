"""The source of a layer's bytes: it provides their digest, and makes them one object in S3."""

from dataclasses import dataclass
from typing import Protocol

from moorage.domain.digest import Digest
from moorage.domain.uploads.upload import Upload


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The upload has changed; `head` is its current head, None if it is gone."""

    head: Upload | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The bytes can never become the layer, for this reason."""

    failure: str


class LayerSource(Protocol):
    """The bytes of one open upload.

    Every method may raise StoredPartsDamagedError (S3 has other bytes than were received) and NoMultipartUploadError
    (S3 has neither the multipart upload nor the object).
    """

    @property
    def expected_digest(self) -> Digest | None:
        """The digest from the upload's record, without a request; None if only the object has it."""

    def digest(self) -> Digest | Overtaken | Rejected:
        """What the bytes hash to.

        Raises: EmptyUploadError, LayerPartTooSmallError, InvalidLayerError if parts are missing that can still be
        sent, VerificationInProgressError.
        """

    def ensure_stored(self) -> Overtaken | None:
        """Make sure that the object is in S3 and holds the bytes with that digest. It can be repeated."""
