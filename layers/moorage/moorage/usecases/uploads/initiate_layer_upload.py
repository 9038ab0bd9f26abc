"""InitiateLayerUpload: a multipart upload in S3, and the record that will carry its state."""

from dataclasses import dataclass

from moorage.domain.repository import RepositoryId
from moorage.domain.upload import Upload, UploadRef
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


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
    """Begin an upload; RepositoryNotFoundError.

    S3 first: if the record is then not written, the multipart upload is one that no record knows, and the
    bucket's lifecycle aborts it.
    """
    repository = find_repository(command.repository, ports)
    upload_id = ports.new_id()
    object_key = ports.content.relay_key(repository.registry_id, upload_id)
    now = ports.now()
    upload = Upload(
        ref=UploadRef(repository.id, upload_id),
        repository_incarnation=repository.incarnation,
        encryption=repository.encryption,
        object_key=object_key,
        multipart_id=ports.content.create_multipart(object_key, repository.encryption),
        initiated_at=now,
        min_part_bytes=ports.limits.min_part_bytes,
        expires_at=int(now) + ports.limits.upload_lifetime_seconds,
    )
    ports.uploads.create(upload)
    return InitiatedUpload(upload_id, ports.limits.part_size_bytes)
