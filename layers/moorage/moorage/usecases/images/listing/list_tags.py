"""The tags of a repository in their order, page by page (docs/adr/0062)."""

from dataclasses import dataclass

from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTags:
    """A page of at most `limit` tags that come after the tag `after`, which need not exist."""

    repository: RepositoryId
    after: str = ""
    limit: int


@dataclass(frozen=True, slots=True)
class TagPage:
    """`has_more` tells whether tags come after the last of these."""

    tags: list[str]
    has_more: bool


def list_tags(query: ListTags, ports: Ports) -> TagPage:
    """Read one page. Raises: RepositoryNotFoundError."""
    find_repository(query.repository, ports)
    if query.limit == 0:
        return TagPage([], has_more=False)
    tags = ports.images.tags_after(query.repository, query.after, query.limit + 1)
    return TagPage(tags[: query.limit], has_more=len(tags) > query.limit)
