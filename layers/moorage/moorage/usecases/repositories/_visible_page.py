"""A page of the registry's repositories, without those that the caller may not see.

The page's token contains only the name of a repository that the caller may see.
"""

from collections.abc import Callable

from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports import Ports

MORE = 1000
"""How many records are read at once after a page that was not filled: one page of DynamoDB has about as many."""


def visible_page(
    registry_id: str, after: str | None, limit: int, is_visible: Callable[[Repository], bool], ports: Ports
) -> tuple[list[Repository], str | None]:
    """At most `limit` repositories after a name, and the name that the next page follows; None at the end.

    One request where the caller sees everything; more, to fill the page, where it does not.
    """
    visible: list[Repository] = []
    size = limit
    while len(visible) < limit:
        found, after = ports.repositories.list_page(registry_id, after, size)
        visible += [repository for repository in found if is_visible(repository)]
        if after is None:
            break
        size = MORE
    has_more = after is not None or len(visible) > limit
    page = visible[:limit]
    return page, page[-1].id.name if page and has_more else None
