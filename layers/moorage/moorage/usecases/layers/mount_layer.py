"""Mounts a layer: links content of one repository into another, without sending bytes.

Knowing a digest gives no right to its content. The caller names a repository that has the layer, and may read there. If
the layer cannot be mounted, the response gives no reason, so that it reveals nothing about the other repository.

AWS calls: BatchGetItem for the other repository; if it has the layer, HeadObject, and two TransactWriteItems.
"""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import LayerAlreadyExistsError, UnavailableError
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.direct_upload import one_object
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.access.authorize import may
from moorage.usecases.completion._commit_layer import (
    MAX_ROUNDS,
    commit_layer,
    look_at_object,
    look_up_again,
    needs_content,
)
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.uploads._create_upload import create_whole_upload

PULL = "ecr:GetDownloadUrlForLayer"
"""What the caller needs to be allowed in the other repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MountLayer:
    """`repository` is the target, already read. `mount_from` is the source; it may not exist."""

    repository: Repository
    mount_from: RepositoryId
    layer_digest: Digest
    media_type: str | None = None
    """None: the media type that the layer has in the other repository."""


def mount_layer(command: MountLayer, ports: Ports) -> Upload | None:
    """Mount the layer; returns the completed upload, or None if the client must send the bytes.

    A mount needs a repository of the same registry, from which the caller may pull. It must have the layer, with
    content that the registry has stored with the target's encryption.

    Raises: LayerAlreadyExistsError, RepositoryNotFoundError, UnavailableError.
    """
    target = command.repository
    if command.mount_from.registry_id != target.registry_id:
        return None
    source = ports.catalog.look_up(command.mount_from, command.layer_digest, target.encryption)
    if source.repository is None or not may(source.repository, ports, PULL):
        return None
    if source.layer is None or needs_content(look_at_object(source, ports)):
        return None
    media_type = command.media_type or source.layer.media_type
    announced = one_object(command.layer_digest, source.layer.size_bytes, media_type)
    upload = create_whole_upload(target, announced, ports)
    return _link(upload, command.layer_digest, LayerLookup(target, None, source.blob), ports)


def _link(upload: Upload, digest: Digest, lookup: LayerLookup, ports: Ports) -> Upload | None:
    for _ in range(MAX_ROUNDS):
        if needs_content(lookup):
            # The content was collected, closed by the collector, or found to be lost, meanwhile.
            ports.uploads.settle(upload, UploadStatus.ABANDONED)
            return None
        commit = commit_layer(upload, digest, lookup, ports)
        if commit.is_decided:
            return _mounted(upload, digest, commit.head)
        lookup = look_up_again(upload, digest, commit, ports)
    raise UnavailableError


def _mounted(upload: Upload, digest: Digest, head: Upload | None) -> Upload | None:
    if head is not None and head.status is UploadStatus.SUPERSEDED:
        raise LayerAlreadyExistsError(upload.repository, str(digest))
    return head if head is not None and head.status is UploadStatus.COMPLETED else None
