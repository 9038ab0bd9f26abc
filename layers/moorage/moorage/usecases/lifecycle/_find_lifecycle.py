"""The look-up that the operations on lifecycle policies begin with."""

from moorage.domain.lifecycle.evaluation import EvaluationKind
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.access.authorize import authorize, require_possible
from moorage.usecases.ports import Ports
from moorage.usecases.ports.lifecycle import LifecycleLookup


def find_lifecycle(repository: RepositoryId, ports: Ports) -> LifecycleLookup:
    """Repository, policy and preview.

    Raises: AccessDeniedError, RepositoryNotFoundError.
    """
    require_possible(repository, ports)
    found = ports.lifecycle.look_up(repository, EvaluationKind.PREVIEW)
    authorize(repository, found.repository, ports)
    return found
