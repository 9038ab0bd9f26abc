"""A registry's own settings in DynamoDB: one item each, in the registry's partition."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pynamodb.expressions.condition import Condition

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import delete_if, save_or_conflict
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.keys import (
    EXCLUSION_PREFIX,
    TEMPLATE_PREFIX,
    exclusion_sk,
    registry_pk,
    setting_sk,
    template_sk,
)
from moorage.adapters.dynamodb.registry.models import ExclusionItem, SettingItem, TemplateItem
from moorage.domain.repositories.creation_template import CreationTemplate
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.ports.settings import Page, PullTimeExclusion

ItemT = TypeVar("ItemT", bound=Item)


class DynamoDbRegistrySettings:
    """Implements the port `RegistrySettings`. Each docstring lists the calls to AWS."""

    def create_template(self, registry_id: str, template: CreationTemplate) -> bool:
        """One conditional put. If an earlier attempt's response was lost, the stored item shows that it succeeded."""
        return _put_template(registry_id, template, TemplateItem.pk.does_not_exist())

    def get_templates(self, registry_id: str, prefixes: Sequence[str]) -> list[CreationTemplate]:
        """One strongly consistent batch."""
        found = read_items([(registry_pk(registry_id), template_sk(prefix)) for prefix in prefixes])
        return [_template_of(item) for item in found if isinstance(item, TemplateItem)]

    def list_templates(self, registry_id: str, after: str | None, limit: int) -> Page[CreationTemplate]:
        """One strongly consistent Query."""
        items, more = _list(TemplateItem, registry_id, TEMPLATE_PREFIX, after, limit)
        return Page([_template_of(item) for item in items], items[-1].prefix if more else None)

    def replace_template(self, registry_id: str, before: CreationTemplate, after: CreationTemplate) -> bool:
        """One conditional put; no two changes have the same time."""
        is_as_read = (TemplateItem.created_at == before.created_at) & (TemplateItem.updated_at == before.updated_at)
        return _put_template(registry_id, after, is_as_read)

    def delete_template(self, registry_id: str, prefix: str) -> CreationTemplate | None:
        """One strongly consistent read and one delete."""
        found = self.get_templates(registry_id, [prefix])
        if found:
            with translated_errors():
                TemplateItem(registry_pk(registry_id), template_sk(prefix)).delete()
        return found[0] if found else None

    def get_setting(self, registry_id: str, name: str) -> str | None:
        """One strongly consistent read."""
        found = read_items([(registry_pk(registry_id), setting_sk(name))])
        return next((item.value for item in found if isinstance(item, SettingItem)), None)

    def put_setting(self, registry_id: str, name: str, value: str) -> None:
        """One put."""
        with translated_errors():
            SettingItem(registry_pk(registry_id), setting_sk(name), value=value).save()

    def add_exclusion(self, registry_id: str, exclusion: PullTimeExclusion) -> bool:
        """One conditional put."""
        item = ExclusionItem(
            registry_pk(registry_id),
            exclusion_sk(exclusion.principal_arn),
            principal_arn=exclusion.principal_arn,
            created_at=exclusion.created_at,
        )
        written, met = save_or_conflict(item, ExclusionItem.pk.does_not_exist())
        return written or (isinstance(met, ExclusionItem) and met.created_at == exclusion.created_at)

    def remove_exclusion(self, registry_id: str, principal_arn: str) -> bool:
        """One conditional delete."""
        item = ExclusionItem(registry_pk(registry_id), exclusion_sk(principal_arn))
        return delete_if(item, ExclusionItem.pk.exists())

    def list_exclusions(self, registry_id: str, after: str | None, limit: int) -> Page[PullTimeExclusion]:
        """One strongly consistent Query."""
        items, more = _list(ExclusionItem, registry_id, EXCLUSION_PREFIX, after, limit)
        found = [PullTimeExclusion(item.principal_arn, float(item.created_at)) for item in items]
        return Page(found, items[-1].principal_arn if more else None)


def _list(model: type[ItemT], registry_id: str, prefix: str, after: str | None, limit: int) -> tuple[list[ItemT], bool]:
    pk = registry_pk(registry_id)
    start = None if after is None else {"pk": {"S": pk}, "sk": {"S": f"{prefix}{after}"}}
    of_this_kind = model.sk.startswith(prefix)
    with translated_errors():
        # One more than asked for tells whether there is a next page.
        query = model.query(pk, of_this_kind, consistent_read=True, limit=limit + 1, last_evaluated_key=start)
        items = list(query)
    return items[:limit], len(items) > limit


def _put_template(registry_id: str, template: CreationTemplate, condition: Condition) -> bool:
    written, met = save_or_conflict(_template_item(registry_id, template), condition)
    return written or (isinstance(met, TemplateItem) and _template_of(met) == template)


def _template_item(registry_id: str, template: CreationTemplate) -> TemplateItem:
    encryption = template.encryption
    members: dict[str, Any] = {
        "applied_for": list(template.applied_for),
        "description": template.description,
        "encryption": None if encryption is None else [encryption.type, encryption.kms_key],
        "resource_tags": None if template.resource_tags is None else [list(tag) for tag in template.resource_tags],
        "tag_mutability": template.tag_mutability,
        "tag_mutability_filters": None
        if template.tag_mutability_filters is None
        else list(template.tag_mutability_filters),
        "policy": template.policy,
        "lifecycle_policy": template.lifecycle_policy,
        "custom_role_arn": template.custom_role_arn,
    }
    return TemplateItem(
        registry_pk(registry_id),
        template_sk(template.prefix),
        prefix=template.prefix,
        created_at=template.created_at,
        updated_at=template.updated_at,
        members={name: value for name, value in members.items() if value is not None},
    )


def _template_of(item: TemplateItem) -> CreationTemplate:
    members = item.members
    encryption, tags = members.get("encryption"), members.get("resource_tags")
    filters = members.get("tag_mutability_filters")
    return CreationTemplate(
        prefix=item.prefix,
        applied_for=tuple(members["applied_for"]),
        created_at=float(item.created_at),
        updated_at=float(item.updated_at),
        description=members.get("description"),
        encryption=None if encryption is None else Encryption(*encryption),
        resource_tags=None if tags is None else tuple((key, value) for key, value in tags),
        tag_mutability=members.get("tag_mutability"),
        tag_mutability_filters=None if filters is None else tuple(filters),
        policy=members.get("policy"),
        lifecycle_policy=members.get("lifecycle_policy"),
        custom_role_arn=members.get("custom_role_arn"),
    )
