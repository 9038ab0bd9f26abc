"""CreateRepository: reserve a name in the registry."""

from dataclasses import dataclass, field

from moorage.domain.errors import InvalidParameterError
from moorage.domain.repository import Encryption, Repository
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRepository:
    """What the caller wants the repository to be."""

    registry_id: str
    repository_name: str
    encryption: Encryption = field(default_factory=Encryption)
    tag_mutability: str = "MUTABLE"
    tag_mutability_filters: tuple[dict[str, str], ...] = ()
    scan_on_push: bool = False
    tags: tuple[tuple[str, str], ...] = ()


def create_repository(command: CreateRepository, ports: Ports) -> Repository:
    """Create it; RepositoryAlreadyExistsError if the name is taken, InvalidParameterError for another registry."""
    if command.registry_id != ports.limits.registry_id:
        raise InvalidParameterError("registryId", f"must be this registry's own id, {ports.limits.registry_id}")
    repository = Repository(
        registry_id=command.registry_id,
        name=command.repository_name,
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
