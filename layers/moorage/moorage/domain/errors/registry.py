"""Errors of requests for a registry's settings."""

from moorage.domain.errors.base import MoorageError


class TemplateNotFoundError(MoorageError):
    """The registry has no repository creation template for this prefix."""

    def __init__(self, registry_id: str, prefix: str) -> None:
        super().__init__(
            f"The repository creation template with prefix '{prefix}' does not exist in the registry with id "
            f"'{registry_id}'"
        )


class TemplateAlreadyExistsError(MoorageError):
    """The registry has a repository creation template for this prefix."""

    def __init__(self, registry_id: str, prefix: str) -> None:
        super().__init__(
            f"The repository creation template with prefix '{prefix}' already exists in the registry with id "
            f"'{registry_id}'"
        )


class ExclusionNotFoundError(MoorageError):
    """The principal is not in the registry's list of pull time update exclusions."""

    def __init__(self, registry_id: str, principal_arn: str) -> None:
        super().__init__(
            f"The pull time update exclusion for principal '{principal_arn}' does not exist in the registry with id "
            f"'{registry_id}'"
        )


class ExclusionAlreadyExistsError(MoorageError):
    """The principal is in the registry's list of pull time update exclusions."""

    def __init__(self, registry_id: str, principal_arn: str) -> None:
        super().__init__(
            f"The pull time update exclusion for principal '{principal_arn}' already exists in the registry with id "
            f"'{registry_id}'"
        )


class RegistryPolicyNotFoundError(MoorageError):
    """The registry has no policy."""

    def __init__(self, registry_id: str) -> None:
        super().__init__(f"Registry policy does not exist in the registry with id '{registry_id}'")
