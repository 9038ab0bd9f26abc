"""The ids by which requests name images, and the failure that a batch operation reports for one of them."""

from dataclasses import dataclass
from enum import StrEnum


class ImageFailureCode(StrEnum):
    """The failure codes of batch operations, from the ECR API model."""

    INVALID_DIGEST = "InvalidImageDigest"
    INVALID_TAG = "InvalidImageTag"
    TAG_DOES_NOT_MATCH_DIGEST = "ImageTagDoesNotMatchDigest"
    NOT_FOUND = "ImageNotFound"
    MISSING_DIGEST_AND_TAG = "MissingDigestAndTag"
    REFERENCED = "ImageReferencedByManifestList"
    KMS_ERROR = "KmsError"
    INACCESSIBLE = "ImageInaccessible"


@dataclass(frozen=True, slots=True)
class ImageId:
    """A digest, a tag or both, as the caller wrote them."""

    digest: str | None = None
    tag: str | None = None

    def __str__(self) -> str:
        """As ECR's errors write it."""
        return f"{{imageDigest:'{self.digest or 'null'}', imageTag:'{self.tag or 'null'}'}}"


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """The failure for one of the images. `cause` is what a request for this image alone raises, if it is known."""

    image_id: ImageId
    code: ImageFailureCode
    reason: str
    cause: Exception | None = None
