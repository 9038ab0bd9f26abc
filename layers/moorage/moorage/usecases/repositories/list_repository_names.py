"""The catalog of the OCI protocol: names of repositories whose tags the caller may list."""

from dataclasses import dataclass

from moorage.domain.errors import AccessDeniedError
from moorage.usecases.access.authorize import is_visible
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._visible_page import visible_page


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRepositoryNames:
    """A page of at most `limit` names that follow the name `after`."""

    registry_id: str
    after: str | None
    limit: int


def list_repository_names(query: ListRepositoryNames, ports: Ports) -> tuple[list[str], str | None]:
    """The names in order, and the name that the next page follows; None at the end.

    Raises: AccessDeniedError for an anonymous caller, since what is public is found by its name only; and for a token
    without any scope.
    """
    caller = ports.access.caller
    if ports.access.call is not None and (caller.is_anonymous or caller.scopes == ()):
        raise AccessDeniedError(caller.name, ports.access.action, "*")
    found, following = visible_page(
        query.registry_id, query.after, query.limit, lambda repository: is_visible(repository, ports), ports
    )
    return [repository.name for repository in found], following
