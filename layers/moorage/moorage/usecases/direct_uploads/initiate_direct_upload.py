"""Starts a direct upload. If the layer exists or can be mounted, no upload is needed."""

from dataclasses import dataclass

from moorage.domain.digest import Digest, parse_digest
from moorage.domain.errors import (
    InvalidParameterError,
    LayerAlreadyExistsError,
    LimitExceededError,
)
from moorage.domain.layer import DEFAULT_MEDIA_TYPE
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.direct_upload import DirectDescriptor, one_object, part_size_for
from moorage.domain.uploads.upload import Upload
from moorage.usecases.access.authorize import authorize
from moorage.usecases.completion._commit_layer import look_at_object, needs_content
from moorage.usecases.direct_uploads.list_direct_parts import DirectParts, first_page_of_parts, page_of_one_put
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.layers.mount_layer import MountLayer, mount_layer
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_or_create_repository import find_or_create_repository
from moorage.usecases.uploads._create_upload import create_direct_upload, create_whole_upload


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiateDirectUpload:
    """The layer that the client is about to send to S3."""

    repository: RepositoryId
    layer_digest: str
    layer_size_bytes: int
    media_type: str = DEFAULT_MEDIA_TYPE
    mount_from: RepositoryId | None = None
    """A repository that the caller may read: if it has the layer, nothing has to be sent."""
    single_put: bool = False
    """Whether the client can send the layer by one PutObject. A larger layer is sent in parts anyway."""


def initiate_direct_upload(command: InitiateDirectUpload, ports: Ports) -> DirectParts:
    """Begin an upload and answer the first page of its parts; no parts if the layer was mounted.

    Raises: AccessDeniedError, RepositoryNotFoundError, LayerAlreadyExistsError, InvalidParameterError,
    LimitExceededError for too large a layer.
    """
    repository = find_or_create_repository(command.repository, ports)
    authorize(repository.id, repository, ports, "ecr:UploadLayerPart")
    announced = _announced(command, ports)
    lookup = look_at_object(ports.catalog.look_up(repository.id, announced.digest, repository.encryption), ports)
    if lookup.layer is not None and not needs_content(lookup) and confirm_layers([lookup.layer], ports):
        raise LayerAlreadyExistsError(repository.id, str(announced.digest))
    mounted = _mount(command, repository, announced, ports)
    if mounted is not None:
        return DirectParts(mounted, announced, (), None)
    if command.single_put and announced.size_bytes <= ports.limits.max_put_bytes:
        whole = one_object(announced.digest, announced.size_bytes, announced.media_type)
        return page_of_one_put(create_whole_upload(repository, whole, ports, is_direct=True), announced, ports)
    return first_page_of_parts(create_direct_upload(repository, announced, ports), announced, ports)


def _mount(
    command: InitiateDirectUpload, repository: Repository, announced: DirectDescriptor, ports: Ports
) -> Upload | None:
    if command.mount_from is None:
        return None
    mount = MountLayer(
        repository=repository,
        mount_from=command.mount_from,
        layer_digest=announced.digest,
        media_type=command.media_type,
    )
    return mount_layer(mount, ports)


def _announced(command: InitiateDirectUpload, ports: Ports) -> DirectDescriptor:
    limits = ports.limits
    if command.layer_size_bytes > limits.max_layer_bytes:
        raise LimitExceededError(f"A layer takes at most {limits.max_layer_bytes} bytes")
    return DirectDescriptor(
        digest=_digest(command.layer_digest),
        size_bytes=command.layer_size_bytes,
        part_size_bytes=part_size_for(
            command.layer_size_bytes,
            preferred_bytes=limits.verification.preferred_part_bytes,
            max_parts=limits.verification.max_parts,
        ),
        media_type=command.media_type,
    )


def _digest(text: str) -> Digest:
    digest = parse_digest(text)
    if digest is None:
        raise InvalidParameterError("layerDigest", "must be 'sha256:' and 64 lower-case hex digits")
    return digest
