"""CreateRepository: reserve a name in the registry."""

from dataclasses import dataclass, field

from moorage.domain.errors import InvalidParameterError, InvalidTagError, TooManyTagsError
from moorage.domain.repository import (
    MAX_TAG_KEY_LENGTH,
    MAX_TAG_VALUE_LENGTH,
    MAX_TAGS,
    Encryption,
    Repository,
    RepositoryId,
    TagFilter,
    TagMutability,
)
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRepository:
    """The settings of the new repository."""

    repository: RepositoryId
    encryption: Encryption = field(default_factory=Encryption)
    tag_mutability: TagMutability = TagMutability.MUTABLE
    tag_mutability_filters: tuple[TagFilter, ...] = ()
    scan_on_push: bool = False
    tags: tuple[tuple[str, str], ...] = ()


def create_repository(command: CreateRepository, ports: Ports) -> Repository:
    """Create it.

    Raises: RepositoryAlreadyExistsError if the name is taken, InvalidParameterError for another registry,
    TooManyTagsError, InvalidTagError.
    """
    if command.repository.registry_id != ports.limits.registry_id:
        raise InvalidParameterError("registryId", f"must be this registry's own id, {ports.limits.registry_id}")
    _require_good_tags(command.tags)
    repository = Repository(
        id=command.repository,
        incarnation=ports.new_id(),
        created_at=ports.now(),
        encryption=command.encryption,
        tag_mutability=command.tag_mutability,
        tag_mutability_filters=command.tag_mutability_filters,
        scan_on_push=command.scan_on_push,
        tags=command.tags,
    )
    ports.repositories.create(repository)
    return repository


def _require_good_tags(tags: tuple[tuple[str, str], ...]) -> None:
    if len(tags) > MAX_TAGS:
        raise TooManyTagsError(f"A repository can have at most {MAX_TAGS} tags, and {len(tags)} were given")
    if any(not 1 <= len(key) <= MAX_TAG_KEY_LENGTH or len(value) > MAX_TAG_VALUE_LENGTH for key, value in tags):
        raise InvalidTagError(
            f"A tag's key must have from 1 to {MAX_TAG_KEY_LENGTH} characters, its value at most {MAX_TAG_VALUE_LENGTH}"
        )
    if len(dict(tags)) < len(tags):
        raise InvalidTagError("Each tag's key can be given only once")
