"""Handlers of ECR's operations on repository creation templates. Each calls its use case."""

from typing import Any

from moorage.domain.caller import Call
from moorage.domain.errors import InvalidParameterError
from moorage.domain.repositories.creation_template import CreationTemplate
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.ports import Ports
from moorage.usecases.settings.creation_templates import (
    DescribeCreationTemplates,
    create_creation_template,
    delete_creation_template,
    describe_creation_templates,
    update_creation_template,
)
from moorage.wire.ecr.model.templates import PREFIX
from moorage.wire.operation import Handler, Members
from moorage.wire.page_tokens import PageTokens

_TOKENS = PageTokens("DescribeRepositoryCreationTemplates", PREFIX)
MAX_PREFIXES = 100
"""Prefixes in one request: as many as one page of a listing has without maxResults."""
_PLAIN = {
    "description": "description",
    "imageTagMutability": "tag_mutability",
    "repositoryPolicy": "policy",
    "lifecyclePolicy": "lifecycle_policy",
    "customRoleArn": "custom_role_arn",
}


def _create_template(members: Members, call: Call, ports: Ports) -> Members:
    return _answer(create_creation_template(members["prefix"], _given(members), ports), call)


def _describe_templates(members: Members, call: Call, ports: Ports) -> Members:
    prefixes = tuple(members.get("prefixes", ()))
    if len(prefixes) > MAX_PREFIXES:
        raise InvalidParameterError("prefixes", f"must have at most {MAX_PREFIXES} members")
    for paging in ("maxResults", "nextToken"):
        if prefixes and paging in members:
            raise InvalidParameterError(paging, "must not be given with prefixes")
    query = DescribeCreationTemplates(
        prefixes=prefixes, after=_TOKENS.position(members), limit=members.get("maxResults", 100)
    )
    page = describe_creation_templates(query, ports)
    output: Members = {
        "registryId": call.registry.registry_id,
        "repositoryCreationTemplates": [_template(each) for each in page.found],
    }
    if page.next_after:
        output["nextToken"] = _TOKENS.write(members, page.next_after)
    return output


def _update_template(members: Members, call: Call, ports: Ports) -> Members:
    return _answer(update_creation_template(members["prefix"], _given(members), ports), call)


def _delete_template(members: Members, call: Call, ports: Ports) -> Members:
    return _answer(delete_creation_template(members["prefix"], ports), call)


HANDLERS: dict[str, Handler[Members]] = {
    "CreateRepositoryCreationTemplate": _create_template,
    "DescribeRepositoryCreationTemplates": _describe_templates,
    "UpdateRepositoryCreationTemplate": _update_template,
    "DeleteRepositoryCreationTemplate": _delete_template,
}


def _given(members: Members) -> dict[str, Any]:
    """The members of a template that the request has."""
    given = {field: members[name] for name, field in _PLAIN.items() if name in members}
    if "appliedFor" in members:
        given["applied_for"] = tuple(dict.fromkeys(members["appliedFor"]))
    if "imageTagMutabilityExclusionFilters" in members:
        given["tag_mutability_filters"] = tuple(members["imageTagMutabilityExclusionFilters"])
    if "resourceTags" in members:
        given["resource_tags"] = tuple((tag["Key"], tag["Value"]) for tag in members["resourceTags"])
    if "encryptionConfiguration" in members:
        encryption = members["encryptionConfiguration"]
        given["encryption"] = Encryption(encryption["encryptionType"], encryption.get("kmsKey", ""))
    return given


def _answer(template: CreationTemplate, call: Call) -> Members:
    return {"registryId": call.registry.registry_id, "repositoryCreationTemplate": _template(template)}


def _template(template: CreationTemplate) -> Members:
    output: Members = {
        "prefix": template.prefix,
        "appliedFor": list(template.applied_for),
        "createdAt": template.created_at,
        "updatedAt": template.updated_at,
        "imageTagMutability": template.tag_mutability or "MUTABLE",
    }
    output |= {name: value for name, field in _PLAIN.items() if (value := getattr(template, field)) is not None}
    if template.tag_mutability_filters:
        output["imageTagMutabilityExclusionFilters"] = list(template.tag_mutability_filters)
    if template.resource_tags is not None:
        output["resourceTags"] = [{"Key": key, "Value": value} for key, value in template.resource_tags]
    if template.encryption:
        output["encryptionConfiguration"] = {"encryptionType": template.encryption.type}
        if template.encryption.kms_key:
            output["encryptionConfiguration"]["kmsKey"] = template.encryption.kms_key
    return output
