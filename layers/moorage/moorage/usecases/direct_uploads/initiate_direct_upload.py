"""The start of a direct upload: what is there already is answered before a byte is sent."""

from dataclasses import dataclass, replace

from moorage.domain.digest import Digest, parse_digest
from moorage.domain.direct_upload import DirectDescriptor, part_size_for
from moorage.domain.errors import (
    InvalidLayerError,
    InvalidParameterError,
    LayerAlreadyExistsError,
    LimitExceededError,
    RepositoryNotFoundError,
)
from moorage.domain.layer import DEFAULT_MEDIA_TYPE
from moorage.domain.repository import Repository, RepositoryId
from moorage.domain.upload import Upload, UploadMode, UploadRef, UploadStatus
from moorage.usecases.completion._commit_layer import MAX_ROUNDS, commit_layer, needs_content
from moorage.usecases.direct_uploads.list_direct_parts import DirectParts, page_of_parts
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.repositories._create_on_push import find_or_create_repository
from moorage.usecases.repositories._find_repository import explain_missing_upload


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiateDirectUpload:
    """The layer that the client is about to send to S3."""

    repository: RepositoryId
    layer_digest: str
    layer_size_bytes: int
    media_type: str = DEFAULT_MEDIA_TYPE


def initiate_direct_upload(command: InitiateDirectUpload, ports: Ports) -> DirectParts:
    """Begin an upload and answer the first page of its parts; no parts if the registry has the content already.

    RepositoryNotFoundError, LayerAlreadyExistsError, InvalidParameterError, LimitExceededError for too large a layer,
    InvalidLayerError if the registry has content with this digest and it is of another size.
    """
    repository = find_or_create_repository(command.repository, ports)
    claim = _claim(command, ports)
    lookup = ports.catalog.look_up(repository.id, claim.digest, repository.encryption)
    if lookup.layer is not None:
        if confirm_layers([lookup.layer], ports):
            raise LayerAlreadyExistsError(repository.id, str(claim.digest))
        lookup = replace(lookup, layer=None)
    if lookup.blob is not None and lookup.blob.size_bytes != claim.size_bytes:
        failure = f"holds {lookup.blob.size_bytes} bytes instead of {claim.size_bytes}"
        raise InvalidLayerError(f"The layer with digest '{claim.digest}' {failure}")
    upload = _create(repository, claim, ports)
    if needs_content(lookup):
        return page_of_parts(upload, claim, 0, ports)
    return _link(upload, claim, lookup, ports)


def _link(upload: Upload, claim: DirectDescriptor, lookup: LayerLookup, ports: Ports) -> DirectParts:
    for _ in range(MAX_ROUNDS):
        commit = commit_layer(upload, claim.digest, lookup, ports)
        if commit.is_decided:
            if commit.head is None or commit.head.status is UploadStatus.ABANDONED:
                raise explain_missing_upload(upload.ref, ports)
            if commit.head.status is not UploadStatus.COMPLETED:
                raise LayerAlreadyExistsError(upload.repository, str(claim.digest))
            return DirectParts(commit.head, claim, (), None)
        lookup = ports.catalog.look_up(upload.repository, claim.digest, upload.encryption)
        if needs_content(lookup):
            break
    return page_of_parts(upload, claim, 0, ports)


def _claim(command: InitiateDirectUpload, ports: Ports) -> DirectDescriptor:
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


def _create(repository: Repository, claim: DirectDescriptor, ports: Ports) -> Upload:
    """S3 first, then the record, as InitiateLayerUpload does."""
    upload_id, now = ports.new_id(), ports.now()
    object_key = ports.direct.direct_key(repository.registry_id, upload_id)
    upload = Upload(
        ref=UploadRef(repository.id, upload_id),
        repository_incarnation=repository.incarnation,
        encryption=repository.encryption,
        object_key=object_key,
        multipart_id=ports.direct.create_multipart(object_key, repository.encryption),
        initiated_at=now,
        expires_at=int(now) + ports.limits.upload_lifetime_seconds,
        mode=UploadMode.DIRECT,
        claim=claim,
    )
    if not ports.uploads.create(upload):
        raise RepositoryNotFoundError(repository.id)
    return upload
