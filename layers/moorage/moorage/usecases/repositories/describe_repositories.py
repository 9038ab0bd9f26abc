"""DescribeRepositories: some repositories by name, or all of the registry page by page."""

from dataclasses import dataclass

from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repository import Repository, RepositoryId
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeRepositories:
    """Either `names`, or a page of at most `limit` that starts after the name `after`."""

    registry_id: str
    names: tuple[str, ...] = ()
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class RepositoryPage:
    """`next_after` is the name after which the next page starts, None at the end."""

    repositories: list[Repository]
    next_after: str | None = None


def describe_repositories(query: DescribeRepositories, ports: Ports) -> RepositoryPage:
    """Read them. Raises: RepositoryNotFoundError for the first of `names` that does not exist."""
    if query.registry_id != ports.limits.registry_id:
        raise RepositoryNotFoundError(
            RepositoryId(query.registry_id, query.names[0]) if query.names else query.registry_id
        )
    if not query.names:
        return RepositoryPage(*ports.repositories.list_page(query.registry_id, query.after, query.limit))
    found = ports.repositories.get_many(query.registry_id, query.names)
    missing = set(query.names) - {repository.name for repository in found}
    for name in query.names:
        if name in missing:
            raise RepositoryNotFoundError(RepositoryId(query.registry_id, name))
    return RepositoryPage(found)
