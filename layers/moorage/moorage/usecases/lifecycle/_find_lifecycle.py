"""The look-up that the operations on lifecycle policies begin with."""

from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.lifecycle.evaluation import EvaluationKind
from moorage.domain.repository import RepositoryId
from moorage.usecases.ports.lifecycle import LifecycleLookup, LifecycleRecords


def find_lifecycle(repository: RepositoryId, records: LifecycleRecords) -> LifecycleLookup:
    """Repository, policy and preview.

    Raises: RepositoryNotFoundError, also for every registry but this one.
    """
    found = records.look_up(repository, EvaluationKind.PREVIEW)
    if found.repository is None:
        raise RepositoryNotFoundError(repository)
    return found
