"""PutImageTagMutability and PutImageScanningConfiguration."""

from dataclasses import dataclass, replace

from moorage.domain.repositories.repository import Repository, RepositoryId, TagFilter, TagMutability
from moorage.domain.repositories.repository_settings import require_valid_filters
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._change_repository import change_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class PutImageTagMutability:
    """`filters` are given in the modes with exclusions, and only there."""

    repository: RepositoryId
    mutability: TagMutability
    filters: tuple[TagFilter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutImageScanningConfiguration:
    """Moorage scans nothing: the setting is stored and returned."""

    repository: RepositoryId
    scan_on_push: bool


def put_image_tag_mutability(command: PutImageTagMutability, ports: Ports) -> Repository:
    """Set mode and filters, in place of both. Tags that are there stay as they are.

    Raises: InvalidParameterError, RepositoryNotFoundError, UnavailableError.
    """
    require_valid_filters(command.mutability, [each.pattern for each in command.filters])
    return change_repository(
        command.repository,
        lambda found: replace(found, tag_mutability=command.mutability, tag_mutability_filters=command.filters),
        ports,
    )


def put_image_scanning_configuration(command: PutImageScanningConfiguration, ports: Ports) -> Repository:
    """Keep the setting. Raises: RepositoryNotFoundError, UnavailableError."""
    return change_repository(command.repository, lambda found: replace(found, scan_on_push=command.scan_on_push), ports)
