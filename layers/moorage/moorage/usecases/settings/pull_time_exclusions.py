"""Register-, Deregister- and ListPullTimeUpdateExclusion(s): principals whose pulls are not recorded.

Scanners and backups pull every image. Left out, `sinceImagePulled` tells which images are still in use.
"""

from dataclasses import dataclass

from moorage.domain.errors import ExclusionAlreadyExistsError, ExclusionNotFoundError
from moorage.usecases.ports import Ports
from moorage.usecases.ports.settings import Page, PullTimeExclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPullTimeExclusions:
    """A page of at most `limit`, starting after the principal `after`."""

    after: str | None = None
    limit: int = 100


def register_pull_time_exclusion(principal_arn: str, ports: Ports) -> PullTimeExclusion:
    """Stop recording the pulls of an IAM role or user.

    Raises: ExclusionAlreadyExistsError.
    """
    registry_id = ports.limits.registry_id
    exclusion = PullTimeExclusion(principal_arn, ports.now())
    if not ports.settings.add_exclusion(registry_id, exclusion):
        raise ExclusionAlreadyExistsError(registry_id, principal_arn)
    return exclusion


def deregister_pull_time_exclusion(principal_arn: str, ports: Ports) -> None:
    """Record its pulls again.

    Raises: ExclusionNotFoundError.
    """
    if not ports.settings.remove_exclusion(ports.limits.registry_id, principal_arn):
        raise ExclusionNotFoundError(ports.limits.registry_id, principal_arn)


def list_pull_time_exclusions(query: ListPullTimeExclusions, ports: Ports) -> Page[PullTimeExclusion]:
    """Read one page, in the order of principals."""
    return ports.settings.list_exclusions(ports.limits.registry_id, query.after, query.limit)
