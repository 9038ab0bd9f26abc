"""Handlers of ECR's operations on repository policies and the registry policy. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.usecases.access.registry_policy import (
    delete_registry_policy,
    get_registry_policy,
    put_registry_policy,
)
from moorage.usecases.access.repository_policy import (
    SetRepositoryPolicy,
    delete_repository_policy,
    get_repository_policy,
    set_repository_policy,
)
from moorage.usecases.ports import Ports
from moorage.wire.ecr.handlers._members import repository_of
from moorage.wire.operation import Handler, Members


def _set_repository_policy(members: Members, call: Call, ports: Ports) -> Members:
    command = SetRepositoryPolicy(
        repository=repository_of(members, call), text=members["policyText"], force=members.get("force", False)
    )
    set_repository_policy(command, ports)
    return _repository_policy(members, call, command.text)


def _get_repository_policy(members: Members, call: Call, ports: Ports) -> Members:
    return _repository_policy(members, call, get_repository_policy(repository_of(members, call), ports))


def _delete_repository_policy(members: Members, call: Call, ports: Ports) -> Members:
    return _repository_policy(members, call, delete_repository_policy(repository_of(members, call), ports))


def _put_registry_policy(members: Members, call: Call, ports: Ports) -> Members:
    put_registry_policy(members["policyText"], ports)
    return _registry_policy(call, members["policyText"])


def _get_registry_policy(_members: Members, call: Call, ports: Ports) -> Members:
    return _registry_policy(call, get_registry_policy(ports))


def _delete_registry_policy(_members: Members, call: Call, ports: Ports) -> Members:
    return _registry_policy(call, delete_registry_policy(ports))


HANDLERS: dict[str, Handler[Members]] = {
    "SetRepositoryPolicy": _set_repository_policy,
    "GetRepositoryPolicy": _get_repository_policy,
    "DeleteRepositoryPolicy": _delete_repository_policy,
    "PutRegistryPolicy": _put_registry_policy,
    "GetRegistryPolicy": _get_registry_policy,
    "DeleteRegistryPolicy": _delete_registry_policy,
}


def _repository_policy(members: Members, call: Call, text: str) -> Members:
    repository = repository_of(members, call)
    return {"registryId": repository.registry_id, "repositoryName": repository.name, "policyText": text}


def _registry_policy(call: Call, text: str) -> Members:
    return {"registryId": call.registry.registry_id, "policyText": text}
