"""Handlers of ECR's operations on repositories. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.domain.errors import InvalidParameterError
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId, TagFilter, TagMutability
from moorage.usecases.ports import Ports
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage.usecases.repositories.delete_repository import DeleteRepository, delete_repository
from moorage.usecases.repositories.describe_repositories import DescribeRepositories, describe_repositories
from moorage.usecases.repositories.repository_settings import (
    PutImageScanningConfiguration,
    PutImageTagMutability,
    put_image_scanning_configuration,
    put_image_tag_mutability,
)
from moorage.wire.ecr.handlers._members import repository_of
from moorage.wire.ecr.model.shared import REPOSITORY_NAME
from moorage.wire.operation import Handler, Members
from moorage.wire.page_tokens import PageTokens

_TOKENS = PageTokens("DescribeRepositories", REPOSITORY_NAME)


def _create_repository(members: Members, call: Call, ports: Ports) -> Members:
    encryption = members.get("encryptionConfiguration", {})
    command = CreateRepository(
        repository=repository_of(members, call),
        encryption=Encryption(encryption.get("encryptionType", "AES256"), encryption.get("kmsKey", "")),
        tag_mutability=TagMutability(members.get("imageTagMutability", "MUTABLE")),
        tag_mutability_filters=_filters(members),
        scan_on_push=members.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        tags=tuple((tag["Key"], tag["Value"]) for tag in members.get("tags", ())),
    )
    return {"repository": _repository(create_repository(command, ports), call)}


def _describe_repositories(members: Members, call: Call, ports: Ports) -> Members:
    names = tuple(members.get("repositoryNames", ()))
    for paging in ("maxResults", "nextToken"):
        if names and paging in members:
            raise InvalidParameterError(paging, "must not be given with repositoryNames")
    query = DescribeRepositories(
        registry_id=members.get("registryId", call.registry.registry_id),
        names=names,
        after=_TOKENS.position(members),
        limit=members.get("maxResults", 100),
    )
    page = describe_repositories(query, ports)
    output: Members = {"repositories": [_repository(repository, call) for repository in page.repositories]}
    if page.next_after:
        output["nextToken"] = _TOKENS.write(members, page.next_after)
    return output


def _delete_repository(members: Members, call: Call, ports: Ports) -> Members:
    command = DeleteRepository(repository=repository_of(members, call), force=members.get("force", False))
    return {"repository": _repository(delete_repository(command, ports), call)}


def _put_tag_mutability(members: Members, call: Call, ports: Ports) -> Members:
    command = PutImageTagMutability(
        repository=repository_of(members, call),
        mutability=TagMutability(members["imageTagMutability"]),
        filters=_filters(members),
    )
    changed = put_image_tag_mutability(command, ports)
    return {**_owner(changed.id), **_tag_mutability(changed)}


def _put_scanning(members: Members, call: Call, ports: Ports) -> Members:
    command = PutImageScanningConfiguration(
        repository=repository_of(members, call),
        scan_on_push=members["imageScanningConfiguration"].get("scanOnPush", False),
    )
    changed = put_image_scanning_configuration(command, ports)
    return {**_owner(changed.id), "imageScanningConfiguration": {"scanOnPush": changed.scan_on_push}}


HANDLERS: dict[str, Handler[Members]] = {
    "CreateRepository": _create_repository,
    "DeleteRepository": _delete_repository,
    "DescribeRepositories": _describe_repositories,
    "PutImageTagMutability": _put_tag_mutability,
    "PutImageScanningConfiguration": _put_scanning,
}


def _filters(members: Members) -> tuple[TagFilter, ...]:
    given = members.get("imageTagMutabilityExclusionFilters", ())
    return tuple(TagFilter(each["filter"], each["filterType"]) for each in given)


def _owner(repository: RepositoryId) -> Members:
    return {"registryId": repository.registry_id, "repositoryName": repository.name}


def _tag_mutability(repository: Repository) -> Members:
    output: Members = {"imageTagMutability": repository.tag_mutability.value}
    if repository.tag_mutability_filters:
        output["imageTagMutabilityExclusionFilters"] = [
            {"filterType": each.type, "filter": each.pattern} for each in repository.tag_mutability_filters
        ]
    return output


def _repository(repository: Repository, call: Call) -> Members:
    output: Members = {
        "repositoryArn": call.registry.repository_arn(repository.name, repository.registry_id),
        **_owner(repository.id),
        "repositoryUri": f"{call.registry.domain_name}/{repository.name}",
        "createdAt": repository.created_at,
        **_tag_mutability(repository),
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": {"encryptionType": repository.encryption.type},
    }
    if repository.encryption.kms_key:
        output["encryptionConfiguration"]["kmsKey"] = repository.encryption.kms_key
    return output
