"""A repository: a name in a registry under which layers are found."""

from dataclasses import dataclass, field


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


MAX_TAGS = 50
MAX_TAG_KEY_LENGTH = 128
MAX_TAG_VALUE_LENGTH = 256
"""Limits in tags and characters (Amazon ECR API reference, TooManyTagsException and InvalidTagParameterException)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """`incarnation` tells a repository from an earlier one of the same name; `created_at` is in epoch seconds."""

    registry_id: str
    name: str
    incarnation: str
    created_at: float
    encryption: Encryption = field(default_factory=Encryption)
    tag_mutability: str = "MUTABLE"
    tag_mutability_filters: tuple[dict[str, str], ...] = ()
    scan_on_push: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    deleting: bool = False
    """Closed to new layers, to be removed."""
    forced: bool = False
    """While it is being deleted: whether its layers go with it, or keep it."""
