"""Members that many of ECR's operations share."""

from moorage.domain.caller import Call
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.wire.operation import Members


def repository_of(members: Members, call: Call) -> RepositoryId:
    """The repository that a request names; registryId defaults to the registry that it came to."""
    return RepositoryId(members.get("registryId", call.registry.registry_id), members["repositoryName"])


def upload_of(members: Members, call: Call) -> UploadRef:
    """The upload that a request names."""
    return UploadRef(repository_of(members, call), members["uploadId"])


def ids_of(upload: UploadRef) -> Members:
    """How answers name an upload."""
    return {
        "registryId": upload.repository.registry_id,
        "repositoryName": upload.repository.name,
        "uploadId": upload.upload_id,
    }
