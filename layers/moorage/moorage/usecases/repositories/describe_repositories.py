"""DescribeRepositories: some repositories by name, or all of the registry page by page."""

from dataclasses import dataclass

from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.access.authorize import authorize, may, require_possible
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._visible_page import visible_page

ALL = "*"
"""Stands for every repository of the registry, in refusals and in scopes of tokens."""


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
    """Read them; a listing leaves out what the caller may not describe.

    Raises: AccessDeniedError; RepositoryNotFoundError for the first of `names` that does not exist.
    """
    if not query.names:
        require_possible(RepositoryId(query.registry_id, ALL), ports)
        if query.registry_id != ports.limits.registry_id:
            raise RepositoryNotFoundError(query.registry_id)
        return RepositoryPage(
            *visible_page(query.registry_id, query.after, query.limit, lambda each: may(each, ports), ports)
        )
    named = [RepositoryId(query.registry_id, name) for name in query.names]
    for repository in named:
        require_possible(repository, ports)
    by_id = {repository.id: repository for repository in ports.repositories.get_many(query.registry_id, query.names)}
    return RepositoryPage([authorize(each, by_id.get(each), ports) for each in dict.fromkeys(named)])
