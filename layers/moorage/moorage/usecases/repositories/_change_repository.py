"""Changes a repository's settings while other requests may change them too."""

from collections.abc import Callable

from moorage.domain.errors import RepositoryNotFoundError, UnavailableError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository

MAX_ATTEMPTS = 5


def change_repository(
    repository_id: RepositoryId, change: Callable[[Repository], Repository], ports: Ports
) -> Repository:
    """Apply `change` to the repository's current settings.

    Two AWS calls if nobody else changes the repository: a read and a write. There is no write if nothing changes.

    If another change was written first, `change` is applied again to its result. An attempt whose response was lost
    finds nothing left to change.

    Raises: AccessDeniedError; RepositoryNotFoundError, also if the repository was deleted meanwhile; UnavailableError
    if other changes were written first MAX_ATTEMPTS times; what `change` raises.
    """
    before = find_repository(repository_id, ports)
    incarnation = before.incarnation
    for _ in range(MAX_ATTEMPTS):
        after = change(before)
        if after == before:
            return before
        written = ports.repositories.change_settings(before, after)
        if written.applied:
            return after
        if written.current is None or written.current.incarnation != incarnation:
            raise RepositoryNotFoundError(repository_id)
        before = written.current
    raise UnavailableError
