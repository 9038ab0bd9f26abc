"""Members that many of ECR's operations share."""

from moorage.domain.caller import Call
from moorage.wire.operation import Members


def repository_of(members: Members, call: Call) -> dict[str, str]:
    """The repository that a request names; registryId defaults to the registry that it came to."""
    return {
        "registry_id": members.get("registryId", call.registry.registry_id),
        "repository_name": members["repositoryName"],
    }
