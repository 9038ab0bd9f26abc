"""CreateRepository: reserve a name in the registry."""

from dataclasses import dataclass, field

from moorage.domain.errors import InvalidParameterError
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId, TagFilter, TagMutability
from moorage.domain.repositories.repository_settings import require_valid_encryption, require_valid_filters
from moorage.domain.repositories.resource_tags import ResourceTags, require_valid_tags
from moorage.usecases.access.authorize import authorize_new
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRepository:
    """The settings of the new repository."""

    repository: RepositoryId
    encryption: Encryption = field(default_factory=Encryption)
    tag_mutability: TagMutability = TagMutability.MUTABLE
    tag_mutability_filters: tuple[TagFilter, ...] = ()
    scan_on_push: bool = False
    tags: ResourceTags = ()


def create_repository(command: CreateRepository, ports: Ports) -> Repository:
    """Create it.

    Raises: RepositoryAlreadyExistsError if the name is taken, InvalidParameterError for another registry and for
    settings that do not fit together, AccessDeniedError, TooManyTagsError, InvalidTagError.
    """
    if command.repository.registry_id != ports.limits.registry_id:
        raise InvalidParameterError("registryId", f"must be this registry's own id, {ports.limits.registry_id}")
    require_valid_encryption(command.encryption)
    require_valid_filters(command.tag_mutability, [each.pattern for each in command.tag_mutability_filters])
    require_valid_tags(command.tags)
    authorize_new(command.repository, ports)
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
