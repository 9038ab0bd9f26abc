"""A repository: a name in a registry under which layers and images are found."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class RepositoryId(NamedTuple):
    """A repository's name in its registry."""

    registry_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.registry_id}/{self.name}"


@dataclass(frozen=True, slots=True)
class Encryption:
    """How a repository's content is encrypted at rest; fixed when the repository is created.

    `kms_key` is a key id or ARN, "" for the storage's own AWS managed key.
    """

    type: str = "AES256"
    kms_key: str = ""

    @property
    def sharing_id(self) -> str:
        """Content is shared only between repositories whose encryption is the same."""
        return "" if self.type == "AES256" else f"{self.type}#{self.kms_key}"


class TagMutability(StrEnum):
    """Whether a tag may point to another image later; with exclusions, tags that match a filter are the opposite."""

    MUTABLE = "MUTABLE"
    IMMUTABLE = "IMMUTABLE"
    MUTABLE_WITH_EXCLUSION = "MUTABLE_WITH_EXCLUSION"
    IMMUTABLE_WITH_EXCLUSION = "IMMUTABLE_WITH_EXCLUSION"


@dataclass(frozen=True, slots=True)
class TagFilter:
    """Which tags are excluded from the repository's mutability: `*` in the pattern stands for any characters."""

    pattern: str
    type: str = "WILDCARD"


CLOSED_SECONDS = 7 * 24 * 3600
"""How long a deleted repository's gate stays closed: longer than any request takes that began before the deletion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """`incarnation` distinguishes it from an earlier repository of this name; `created_at` is in epoch seconds."""

    id: RepositoryId
    incarnation: str
    created_at: float
    encryption: Encryption = field(default_factory=Encryption)
    tag_mutability: TagMutability = TagMutability.MUTABLE
    tag_mutability_filters: tuple[TagFilter, ...] = ()
    scan_on_push: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    deleting: bool = False
    """Closed to new layers, to be removed."""
    forced: bool = False
    """While it is being deleted: whether its layers are deleted too (True) or prevent the deletion (False)."""
    has_archived: bool = False
    """Whether an image of it was ever archived: only then can layers be archived."""
    policy: str | None = None
    """Its own policy's JSON, as it was set."""
    policies: tuple[str, ...] = ()
    """Every policy that decides about requests to it: its own and the registry's, as read together with it."""

    @property
    def registry_id(self) -> str:
        """The registry that has it."""
        return self.id.registry_id

    @property
    def name(self) -> str:
        """Its name in the registry."""
        return self.id.name
