"""Handlers of ECR's operations on resource tags. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.domain.errors import InvalidParameterError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.repositories.resource_tags import (
    TagResource,
    UntagResource,
    list_tags_for_resource,
    tag_resource,
    untag_resource,
)
from moorage.wire.ecr.model.shared import REPOSITORY_NAME
from moorage.wire.operation import Handler, Members


def _tag_resource(members: Members, call: Call, ports: Ports) -> Members:
    tags = tuple((tag["Key"], tag["Value"]) for tag in members["tags"])
    tag_resource(TagResource(repository=_resource(members, call), tags=tags), ports)
    return {}


def _untag_resource(members: Members, call: Call, ports: Ports) -> Members:
    untag_resource(UntagResource(repository=_resource(members, call), keys=frozenset(members["tagKeys"])), ports)
    return {}


def _list_tags(members: Members, call: Call, ports: Ports) -> Members:
    tags = list_tags_for_resource(_resource(members, call), ports)
    return {"tags": [{"Key": key, "Value": value} for key, value in tags]}


HANDLERS: dict[str, Handler[Members]] = {
    "TagResource": _tag_resource,
    "UntagResource": _untag_resource,
    "ListTagsForResource": _list_tags,
}


def _resource(members: Members, call: Call) -> RepositoryId:
    repository = call.registry.repository_of(members["resourceArn"])
    if repository is None:
        raise InvalidParameterError("resourceArn", "must be the ARN of a repository in this region")
    REPOSITORY_NAME.read(repository.name, "resourceArn")
    return repository
