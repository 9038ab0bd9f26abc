"""How callers name images, and how they are told what was not done for one of them."""

from dataclasses import dataclass
from enum import StrEnum


class ImageFailureCode(StrEnum):
    """Why a batch operation could not do its work for one image, as the ECR API model names it."""

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
    """Why nothing was done for one of the images."""

    image_id: ImageId
    code: ImageFailureCode
    reason: str
