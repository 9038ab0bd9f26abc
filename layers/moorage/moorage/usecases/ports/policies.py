"""Policies of repositories and of the registry, as their users set them.

Every method may raise UnavailableError (throttling, outage, conflict). Reads are strongly consistent. A repository's
own policy is read with its record (`Repository.policy`).
"""

from dataclasses import dataclass
from typing import Protocol

from moorage.domain.repositories.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPolicy:
    """`text` is the JSON as given; `set_by` names who set it, `set_at` is in epoch seconds."""

    text: str
    set_by: str
    set_at: float


class Policies(Protocol):
    """The texts of policies; `repository` is as it was read."""

    def set_repository_policy(self, repository: Repository, policy: NewPolicy) -> bool:
        """Keep it in place of any other; False if this incarnation is no longer there."""

    def delete_repository_policy(self, repository: Repository) -> bool:
        """Remove it; False if it is not the one that was read any more."""

    def get_registry_policy(self, registry_id: str) -> str | None:
        """The registry's policy; None if it has none."""

    def put_registry_policy(self, registry_id: str, policy: NewPolicy) -> None:
        """Keep it in place of any other."""

    def delete_registry_policy(self, registry_id: str) -> str | None:
        """Remove it and return its text; None if there was none."""
