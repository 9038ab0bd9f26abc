"""Ports for the settings of a registry.

Every method may raise UnavailableError (throttling, outage, conflict). Reads by key are strongly consistent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from moorage.domain.repositories.creation_template import CreationTemplate

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing; `next_after` is the key to start the next page after, None at the end."""

    found: list[T]
    next_after: str | None = None


@dataclass(frozen=True, slots=True)
class PullTimeExclusion:
    """A principal whose pulls are not recorded; `created_at` is in epoch seconds."""

    principal_arn: str
    created_at: float


class RegistrySettings(Protocol):
    """Creation templates by their prefix, account settings by their name, pull time exclusions by their principal."""

    def create_template(self, registry_id: str, template: CreationTemplate) -> bool:
        """Write it; False if there is one for the prefix."""

    def get_templates(self, registry_id: str, prefixes: Sequence[str]) -> list[CreationTemplate]:
        """Read up to 100 by their prefixes, without those that are not there."""

    def list_templates(self, registry_id: str, after: str | None, limit: int) -> Page[CreationTemplate]:
        """One page in the order of prefixes, strongly consistent."""

    def replace_template(self, registry_id: str, before: CreationTemplate, after: CreationTemplate) -> bool:
        """Replace a template that is still as it was read; False if it is not."""

    def delete_template(self, registry_id: str, prefix: str) -> CreationTemplate | None:
        """Remove it and return it; None if there was none."""

    def get_setting(self, registry_id: str, name: str) -> str | None:
        """The value that somebody put; None if nobody did."""

    def put_setting(self, registry_id: str, name: str, value: str) -> None:
        """Keep a value, in place of any other."""

    def add_exclusion(self, registry_id: str, exclusion: PullTimeExclusion) -> bool:
        """Write it; False if the principal has one."""

    def remove_exclusion(self, registry_id: str, principal_arn: str) -> bool:
        """Remove it; False if there was none."""

    def list_exclusions(self, registry_id: str, after: str | None, limit: int) -> Page[PullTimeExclusion]:
        """One page in the order of principals, strongly consistent."""
