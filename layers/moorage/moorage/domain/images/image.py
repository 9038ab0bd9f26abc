"""An image: a manifest in a repository, under its digest and any number of tags."""

import hashlib
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from moorage.domain.digest import SHA256, Digest
from moorage.domain.lifecycle.policy import StorageClass, TagStatus
from moorage.domain.repositories.repository import Repository, RepositoryId, TagMutability

TAG_PATTERN = r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}"
"""The characters of a tag in the OCI specification, with the length that the ECR API model allows."""
MAX_INLINE_BYTES = 64 * 1024
"""A larger manifest is stored in S3: a record can have 400 KB (DynamoDB service quotas), and reads cost by size."""
USE_SECONDS = 24 * 3600
"""How long an interrupted push protects the layers and images that its manifest names."""
PULL_TIME_SECONDS = 24 * 3600
"""The last pull is written at most once in this time (DescribeImages in the Amazon ECR API reference)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image. `push_id` distinguishes it from an earlier image of the same digest; times are epoch seconds.

    `layers` and `children` are what its manifest names in this repository. A manifest is either `content`, or an
    object under `object_key`. `size_bytes` is its layers' size; for an index, the largest of its children's.
    """

    repository: RepositoryId
    digest: Digest
    push_id: str
    media_type: str
    artifact_type: str | None
    manifest_bytes: int
    size_bytes: int
    pushed_at: float
    layers: tuple[Digest, ...] = ()
    children: tuple[Digest, ...] = ()
    subject: Digest | None = None
    content: bytes | None = None
    object_key: str | None = None
    tag_count: int = 0
    pulled_at: float | None = None
    storage_class: StorageClass = StorageClass.STANDARD
    archived_at: float | None = None
    restored_at: float | None = None
    deleting_at: float | None = None
    """The mark of a deletion: the time at which it began. A push that needs the image clears the mark."""

    @property
    def named(self) -> tuple[Digest, ...]:
        """The layers and images that must exist as long as this image exists."""
        return (*self.layers, *self.children)

    @property
    def is_archived(self) -> bool:
        """Whether its content cannot be read before it is restored."""
        return self.storage_class is StorageClass.ARCHIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTag:
    """A tag, and the image that it points to. The media types are the image's; None in older records."""

    repository: RepositoryId
    tag: str
    digest: Digest
    media_type: str | None = None
    artifact_type: str | None = None
    is_referrer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingManifest:
    """A manifest's object that is stored before its image is committed. It is garbage if the commit fails."""

    repository: RepositoryId
    digest: Digest
    push_id: str
    object_key: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class TaggedImage:
    """An image and all of its tags, in order."""

    image: Image
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFilter:
    """Which images a listing contains."""

    tag_status: TagStatus = TagStatus.ANY
    storage_classes: frozenset[StorageClass] = frozenset({StorageClass.STANDARD})

    def passes(self, tagged: TaggedImage) -> bool:
        """Whether the image is one of them."""
        if tagged.image.storage_class not in self.storage_classes:
            return False
        return self.tag_status is TagStatus.ANY or bool(tagged.tags) == (self.tag_status is TagStatus.TAGGED)


ALL_ACTIVE = ImageFilter()


def digest_of(content: bytes, algorithm: str = SHA256) -> Digest:
    """The digest of a manifest."""
    return Digest(algorithm, hashlib.new(algorithm, content).hexdigest())


def is_tag(text: str) -> bool:
    """Whether an image can have this tag."""
    return re.fullmatch(TAG_PATTERN, text) is not None


def is_immutable(tag: str, repository: Repository) -> bool:
    """Whether the tag, once it points to an image, can never point to another one."""
    # `*` stands for any characters; the API's model allows none of fnmatch's other signs in a filter.
    is_excluded = any(fnmatchcase(tag, each.pattern) for each in repository.tag_mutability_filters)
    match repository.tag_mutability:
        case TagMutability.IMMUTABLE:
            return True
        case TagMutability.IMMUTABLE_WITH_EXCLUSION:
            return not is_excluded
        case TagMutability.MUTABLE_WITH_EXCLUSION:
            return is_excluded
    return False
