"""InitiateLayerUpload: a multipart upload in S3, and the record that will carry its state."""

from dataclasses import dataclass

from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_or_create_repository import find_or_create_repository
from moorage.usecases.uploads._create_upload import create_relayed_upload


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiateLayerUpload:
    """The repository that the layer is for."""

    repository: RepositoryId


@dataclass(frozen=True, slots=True)
class InitiatedUpload:
    """`part_size_bytes` is what the next calls should send at a time."""

    upload_id: str
    part_size_bytes: int


def initiate_layer_upload(command: InitiateLayerUpload, ports: Ports) -> InitiatedUpload:
    """Begin an upload. A creation template may create the repository. Raises: RepositoryNotFoundError."""
    repository = find_or_create_repository(command.repository, ports)
    upload = create_relayed_upload(repository, ports.new_id(), ports, min_part_bytes=ports.limits.min_part_bytes)
    return InitiatedUpload(upload.upload_id, ports.limits.part_size_bytes)
