"""The repository that a push names. It is created if it does not exist and `_create_on_push.py` allows it."""

from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.access.authorize import authorize, require_possible
from moorage.usecases.ports import Ports


def find_or_create_repository(repository_id: RepositoryId, ports: Ports) -> Repository:
    """The repository to push to. One request if it is there, three more to create it.

    Raises: AccessDeniedError; RepositoryNotFoundError if it does not exist and neither a template nor the setting lets
    a push create it.
    """
    require_possible(repository_id, ports)
    found = ports.repositories.get(repository_id)
    try:
        return authorize(repository_id, found, ports)
    except RepositoryNotFoundError:
        # Imported here: most pushes find their repository (docs/adr/0013).
        from moorage.usecases.repositories._create_on_push import create_on_push

        created = create_on_push(repository_id, ports, is_hidden=found is not None)
        if created is None:
            raise
        return created
