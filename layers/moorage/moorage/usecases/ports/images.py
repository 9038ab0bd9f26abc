"""The records of images, and the store of large manifests.

Every method may raise UnavailableError (throttling, outage, conflict). Reads by key are strongly consistent. How a
push and a deletion cannot miss each other: docs/adr/0045.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, PendingManifest, TaggedImage
from moorage.domain.layer import Layer
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId

READ_TOGETHER = 100
"""Records in one read (BatchGetItem, DynamoDB service quotas)."""
MAX_REMOVED_TAGS = 49
"""Tags that one transaction removes: two records of each, and the image's (100 actions, DynamoDB service quotas)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look up in a repository. For `principals`, pull time exclusions are looked up.

    `contents` are layers whose content is looked up, too: the content that repositories with `encryption` share.
    """

    digests: Collection[Digest] = ()
    tags: Collection[str] = ()
    layers: Collection[Digest] = ()
    contents: Collection[Digest] = ()
    encryption: Encryption = field(default_factory=Encryption)
    principals: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What was found. `marked` are layers that somebody is about to remove; they are in `layers` too.

    `lost` are contents without a record, or known to be lost: the next push of the digest restores them.
    """

    repository: Repository | None
    images: Mapping[Digest, Image] = field(default_factory=dict)
    tags: Mapping[str, Digest] = field(default_factory=dict)
    layers: Mapping[Digest, Layer] = field(default_factory=dict)
    marked: frozenset[Digest] = frozenset()
    lost: frozenset[Digest] = frozenset()
    is_excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTag:
    """A tag that will point to an image. `moved_from` is the image that it pointed to when it was read."""

    tag: str
    moved_from: Digest | None
    max_tags: int


class Commit(Enum):
    """The result of a commit."""

    DONE = auto()
    CONFLICT = auto()
    """A record has changed since it was read: read again."""
    CLOSED = auto()
    """The repository is being deleted."""


class Images(Protocol):
    """Image records with their tags, and the uses that keep what they name."""

    def look_up(self, repository: RepositoryId, wanted: Wanted) -> Lookup:
        """The repository and its records in `wanted`: one read for each READ_TOGETHER records."""

    def record_uses(self, repository: Repository, image: Image, pending: PendingManifest | None) -> bool:
        """Before an image is committed, record what it names, and the object that will hold its manifest.

        False if the repository is being deleted. The commit of the image removes the record of `pending`.
        """

    def keep_layer(self, repository: RepositoryId, layer: Digest) -> bool:
        """Clear a layer's removal mark; False if the layer is gone."""

    def mark(self, image: Image, now: float) -> bool:
        """Set an image's removal mark, before a deletion; False if the image is gone."""

    def keep_image(self, image: Image) -> bool:
        """Clear an image's removal mark; False if the image is gone."""

    def commit(self, repository: Repository, image: Image, new: NewTag | None) -> Commit:
        """Write a new image, and the tag if one is given."""

    def add_tag(self, repository: Repository, image: Image, new: NewTag) -> Commit:
        """Let a tag point to an image that exists, is not being deleted and has fewer than `max_tags` tags."""

    def read(self, repository: RepositoryId, digest: Digest) -> TaggedImage | None:
        """One image with all of its tags, in one read."""

    def list_from(self, repository: RepositoryId, start: Digest | None, page_size: int) -> Iterator[TaggedImage]:
        """The images in the order of their digests, beginning with `start`; read as far as they are consumed."""

    def remove_tags(self, image: Image, tags: Sequence[str]) -> bool:
        """Remove up to MAX_REMOVED_TAGS tags that point to the image; False if one of them does not, or it is gone."""

    def delete(self, image: Image, marked_at: float) -> bool:
        """Delete an image without tags, with its uses; False if it is gone or does not have this mark any more."""

    def change_storage_class(self, image: Image, storage_class: StorageClass, now: float) -> bool:
        """Archive or restore an image; False if it is gone. The repository's record notes that images are archived."""

    def only_archived(self, repository: RepositoryId, layers: Collection[Digest]) -> frozenset[Digest]:
        """The layers that only archived images use."""

    def list_referrers(
        self, repository: RepositoryId, subject: Digest, start: Digest | None, limit: int
    ) -> tuple[list[Image], Digest | None]:
        """One page of the images that are about a subject, and the digest with which the next page starts."""

    def remove_all(self, repository: Repository) -> None:
        """Remove all image records of a repository whose deletion has begun. After the deletion, nothing happens."""

    def tags_after(self, repository: RepositoryId, after: str, limit: int) -> list[str]:
        """Up to `limit` tags in their order, the first that come after `after`."""

    def record_pull(self, image: Image, now: float) -> None:
        """Keep the time of a pull, unless a later one is recorded or the image is gone."""


class ManifestStore(Protocol):
    """Manifests that are too large for a record. Keys are never used twice."""

    def manifest_key(self, registry_id: str, push_id: str) -> str:
        """The key of a manifest's object."""

    def put_manifest(self, object_key: str, content: bytes, encryption: Encryption) -> None:
        """Store a manifest. Raises: EncryptionError."""

    def get_manifest(self, object_key: str) -> bytes | None:
        """The manifest's bytes; None if there is no such object. Raises: EncryptionError."""
