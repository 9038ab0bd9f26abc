"""Errors of requests for a repository, its settings and its policies."""

from moorage.domain.errors.base import MoorageError
from moorage.domain.repositories.repository import RepositoryId


class RepositoryNotFoundError(MoorageError):
    """No such repository in that registry, or no such registry here (then `repository` may be its id alone)."""

    def __init__(self, repository: RepositoryId | str) -> None:
        registry_id = repository if isinstance(repository, str) else repository.registry_id
        subject = "Any repository" if isinstance(repository, str) else f"The repository with name '{repository.name}'"
        super().__init__(f"{subject} does not exist in the registry with id '{registry_id}'")


class RepositoryAlreadyExistsError(MoorageError):
    """A repository with this name exists."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"The repository with name '{repository.name}' already exists in the registry with id "
            f"'{repository.registry_id}'"
        )


class RepositoryNotEmptyError(MoorageError):
    """The repository still holds images or layers and the caller did not ask for force."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"The repository with name '{repository.name}' in registry with id '{repository.registry_id}' cannot be "
            "deleted because it still contains images or layers; use force to delete them with it"
        )


class TooManyTagsError(MoorageError):
    """More tags than a repository may have."""


class InvalidTagError(MoorageError):
    """A tag's key or value breaks one of the rules in domain/repositories/resource_tags.py."""


class LifecyclePolicyNotFoundError(MoorageError):
    """The repository has no lifecycle policy."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"Lifecycle policy does not exist for the repository with name '{repository.name}' in the registry with "
            f"id '{repository.registry_id}'"
        )


class LifecyclePreviewNotFoundError(MoorageError):
    """No preview was started for the repository, or none that is still kept."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"Lifecycle policy preview does not exist for the repository with name '{repository.name}' in the "
            f"registry with id '{repository.registry_id}'; start one"
        )


class LifecyclePreviewInProgressError(MoorageError):
    """The repository's images are being evaluated for an earlier preview."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"A lifecycle policy preview is in progress for the repository with name '{repository.name}' in the "
            f"registry with id '{repository.registry_id}'"
        )


class RepositoryPolicyNotFoundError(MoorageError):
    """The repository has no policy."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"Repository policy does not exist for the repository with name '{repository.name}' in the registry with "
            f"id '{repository.registry_id}'"
        )
