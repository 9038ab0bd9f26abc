"""A registry's own settings in memory."""

from collections.abc import Sequence
from typing import TypeVar

from moorage.domain.repositories.creation_template import CreationTemplate
from moorage.usecases.ports.settings import Page, PullTimeExclusion

from tests.support.fakes.memory_records import MemoryRecords, atomic

T = TypeVar("T")


class MemorySettings:
    """Implements the port `RegistrySettings`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def create_template(self, registry_id: str, template: CreationTemplate) -> bool:
        return self.records.templates.setdefault((registry_id, template.prefix), template) == template

    @atomic
    def get_templates(self, registry_id: str, prefixes: Sequence[str]) -> list[CreationTemplate]:
        found = (self.records.templates.get((registry_id, prefix)) for prefix in dict.fromkeys(prefixes))
        return [template for template in found if template]

    @atomic
    def list_templates(self, registry_id: str, after: str | None, limit: int) -> Page[CreationTemplate]:
        return _page(self.records.templates, registry_id, after, limit)

    @atomic
    def replace_template(self, registry_id: str, before: CreationTemplate, after: CreationTemplate) -> bool:
        key = (registry_id, before.prefix)
        if self.records.templates.get(key) not in (before, after):
            return False
        self.records.templates[key] = after
        return True

    @atomic
    def delete_template(self, registry_id: str, prefix: str) -> CreationTemplate | None:
        return self.records.templates.pop((registry_id, prefix), None)

    @atomic
    def get_setting(self, registry_id: str, name: str) -> str | None:
        return self.records.settings.get((registry_id, name))

    @atomic
    def put_setting(self, registry_id: str, name: str, value: str) -> None:
        self.records.settings[registry_id, name] = value

    @atomic
    def add_exclusion(self, registry_id: str, exclusion: PullTimeExclusion) -> bool:
        return self.records.exclusions.setdefault((registry_id, exclusion.principal_arn), exclusion) == exclusion

    @atomic
    def remove_exclusion(self, registry_id: str, principal_arn: str) -> bool:
        return self.records.exclusions.pop((registry_id, principal_arn), None) is not None

    @atomic
    def list_exclusions(self, registry_id: str, after: str | None, limit: int) -> Page[PullTimeExclusion]:
        return _page(self.records.exclusions, registry_id, after, limit)


def _page(kept: dict[tuple[str, str], T], registry_id: str, after: str | None, limit: int) -> Page[T]:
    keys = sorted(key for key in kept if key[0] == registry_id and (after is None or key[1] > after))
    found = [kept[key] for key in keys[:limit]]
    return Page(found, keys[limit - 1][1] if len(keys) > limit else None)
