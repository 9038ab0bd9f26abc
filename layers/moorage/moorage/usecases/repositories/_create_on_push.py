"""Create on push: the repository that a push names is created if a creation template covers it.

ECR's rules (ECR User Guide, "Repository creation templates"): the template with the most specific prefix that is
applied for CREATE_ON_PUSH gives the settings, ROOT after all others. Without such a template a push to an unknown
repository is refused, unless the registry's setting creates it with defaults, as `moorage serve` does. CreateRepository
itself takes nothing from templates.
"""

from dataclasses import replace

from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.lifecycle.evaluation import StoredPolicy
from moorage.domain.repositories.creation_template import (
    CREATE_ON_PUSH,
    CreationTemplate,
    choose_template,
    covering_prefixes,
)
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId, TagFilter, TagMutability
from moorage.usecases.access.authorize import authorize_new
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository

CREATE = "ecr:CreateRepository"


def create_on_push(repository_id: RepositoryId, ports: Ports, *, is_hidden: bool) -> Repository | None:
    """The repository, created; None if neither a template nor the setting lets a push create it, or if it `is_hidden`.

    A repository that a policy hides costs the same calls as a missing one.

    Who may push where a template or the setting lets a push create may create: that is what they are for. A Deny of
    ecr:CreateRepository in the registry's policy refuses.

    Raises: AccessDeniedError.
    """
    template = _template_for(repository_id, ports)
    if is_hidden or (template is None and not ports.limits.creates_on_push):
        return None
    authorize_new(repository_id, ports, CREATE)
    try:
        return _create(_new_repository(repository_id, template, ports), template, ports)
    except RepositoryAlreadyExistsError:
        # Another push was faster, or the repository is still being deleted.
        return find_repository(repository_id, ports)


def _template_for(repository_id: RepositoryId, ports: Ports) -> CreationTemplate | None:
    if repository_id.registry_id != ports.limits.registry_id:
        return None
    prefixes = covering_prefixes(repository_id.name)
    templates = ports.settings.get_templates(repository_id.registry_id, prefixes)
    return choose_template(templates, repository_id.name, CREATE_ON_PUSH)


def _new_repository(repository_id: RepositoryId, template: CreationTemplate | None, ports: Ports) -> Repository:
    plain = Repository(id=repository_id, incarnation=ports.new_id(), created_at=ports.now())
    if template is None:
        return plain
    return replace(
        plain,
        encryption=template.encryption or Encryption(),
        tag_mutability=TagMutability(template.tag_mutability or TagMutability.MUTABLE),
        tag_mutability_filters=tuple(
            TagFilter(each["filter"], each["filterType"]) for each in template.tag_mutability_filters or ()
        ),
        tags=template.resource_tags or (),
        policy=template.policy,
    )


def _create(repository: Repository, template: CreationTemplate | None, ports: Ports) -> Repository:
    if template is not None and template.lifecycle_policy:
        policy = StoredPolicy(text=template.lifecycle_policy, version=ports.new_id())
        ports.lifecycle.create_repository(repository, policy)
    else:
        ports.repositories.create(repository)
    return repository
