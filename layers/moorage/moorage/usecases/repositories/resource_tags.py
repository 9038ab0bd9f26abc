"""TagResource, UntagResource and ListTagsForResource: repositories are the only resources with tags."""

from dataclasses import dataclass, replace

from moorage.domain.errors import InvalidTagError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.repositories.resource_tags import (
    RESERVED_PREFIX,
    ResourceTags,
    require_valid_tags,
    with_tags,
    without_keys,
)
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._change_repository import change_repository
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class TagResource:
    """`tags` are added; a key that is there gets the new value."""

    repository: RepositoryId
    tags: ResourceTags


@dataclass(frozen=True, slots=True, kw_only=True)
class UntagResource:
    """Unknown keys are ignored."""

    repository: RepositoryId
    keys: frozenset[str]


def tag_resource(command: TagResource, ports: Ports) -> Repository:
    """Add tags. Raises: RepositoryNotFoundError, InvalidTagError, TooManyTagsError, UnavailableError."""
    require_valid_tags(command.tags)
    return change_repository(
        command.repository, lambda found: replace(found, tags=with_tags(found.tags, command.tags)), ports
    )


def untag_resource(command: UntagResource, ports: Ports) -> Repository:
    """Remove tags. Raises: RepositoryNotFoundError, InvalidTagError for reserved keys, UnavailableError."""
    if any(key.casefold().startswith(RESERVED_PREFIX) for key in command.keys):
        raise InvalidTagError(f"Tags whose keys begin with '{RESERVED_PREFIX}' are reserved and cannot be removed")
    return change_repository(
        command.repository, lambda found: replace(found, tags=without_keys(found.tags, command.keys)), ports
    )


def list_tags_for_resource(repository: RepositoryId, ports: Ports) -> ResourceTags:
    """All of its tags. Raises: RepositoryNotFoundError."""
    return find_repository(repository, ports).tags
