"""Repository creation templates: create, describe, update, delete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from moorage.domain.errors import (
    InvalidParameterError,
    InvalidTagError,
    TemplateAlreadyExistsError,
    TemplateNotFoundError,
    TooManyTagsError,
    UnavailableError,
)
from moorage.domain.lifecycle.parse import parse_lifecycle_policy
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage.domain.repositories.creation_template import CreationTemplate, normalized_prefix
from moorage.domain.repositories.repository_settings import require_valid_encryption, require_valid_filters
from moorage.domain.repositories.resource_tags import ResourceTags, require_valid_tags
from moorage.usecases.ports import Ports
from moorage.usecases.ports.settings import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeCreationTemplates:
    """Either those of some `prefixes`, or a page of at most `limit` that starts after the prefix `after`."""

    prefixes: tuple[str, ...] = ()
    after: str | None = None
    limit: int = 100


def create_creation_template(prefix: str, members: Mapping[str, Any], ports: Ports) -> CreationTemplate:
    """Keep a new template; `members` are those of CreationTemplate that the caller gave.

    Raises: TemplateAlreadyExistsError, InvalidParameterError.
    """
    now = ports.now()
    template = CreationTemplate(prefix=normalized_prefix(prefix), created_at=now, updated_at=now, **members)
    _check(template)
    if not ports.settings.create_template(ports.limits.registry_id, template):
        raise TemplateAlreadyExistsError(ports.limits.registry_id, template.prefix)
    return template


def describe_creation_templates(query: DescribeCreationTemplates, ports: Ports) -> Page[CreationTemplate]:
    """Read them. A prefix without a template is left out."""
    registry_id = ports.limits.registry_id
    if query.prefixes:
        prefixes = [normalized_prefix(prefix) for prefix in query.prefixes]
        return Page(ports.settings.get_templates(registry_id, prefixes))
    return ports.settings.list_templates(registry_id, query.after, query.limit)


def update_creation_template(prefix: str, members: Mapping[str, Any], ports: Ports) -> CreationTemplate:
    """Change the members that the caller gave; the others stay.

    Raises: TemplateNotFoundError, InvalidParameterError, UnavailableError if somebody else changed it meanwhile.
    """
    registry_id = ports.limits.registry_id
    found = ports.settings.get_templates(registry_id, [normalized_prefix(prefix)])
    if not found:
        raise TemplateNotFoundError(registry_id, prefix)
    if "tag_mutability" in members and "tag_mutability_filters" not in members:
        members = {**members, "tag_mutability_filters": None}  # the filters belong to the mode that they came with
    template = replace(found[0], updated_at=ports.now(), **members)
    _check(template)
    if not ports.settings.replace_template(registry_id, found[0], template):
        raise UnavailableError
    return template


def delete_creation_template(prefix: str, ports: Ports) -> CreationTemplate:
    """Remove it. Repositories that it created keep their settings.

    Raises: TemplateNotFoundError.
    """
    template = ports.settings.delete_template(ports.limits.registry_id, normalized_prefix(prefix))
    if template is None:
        raise TemplateNotFoundError(ports.limits.registry_id, prefix)
    return template


def _check(template: CreationTemplate) -> None:
    """Check the rules for templates that the API's model cannot express."""
    if not template.applied_for:
        raise InvalidParameterError("appliedFor", "must name at least one scenario")
    require_valid_filters(template.tag_mutability, [each["filter"] for each in template.tag_mutability_filters or ()])
    if template.encryption:
        require_valid_encryption(template.encryption)
    if template.policy:
        parse_policy(template.policy, "repositoryPolicy")
    if template.lifecycle_policy:
        parse_lifecycle_policy(template.lifecycle_policy)
    _check_tags(template.resource_tags or ())


def _check_tags(tags: ResourceTags) -> None:
    try:
        require_valid_tags(tags)
    except (InvalidTagError, TooManyTagsError) as error:
        # The model declares no exception about tags for templates.
        raise InvalidParameterError("resourceTags", str(error)) from error
