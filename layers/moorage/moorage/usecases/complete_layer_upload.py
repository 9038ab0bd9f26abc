"""CompleteLayerUpload: the bytes become a layer of the repository, once, or nothing changes.

Content first, then the record; only the reaper deletes. Calls in the usual case, for 5 MiB and for 50 GiB:
Query, BatchGet, CompleteMultipartUpload, TransactWrite.
"""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import (
    EmptyUploadError,
    InvalidLayerError,
    LayerAlreadyExistsError,
    LayerPartTooSmallError,
    MoorageError,
    RepositoryNotFoundError,
    UnavailableError,
    UploadNotFoundError,
)
from moorage.domain.upload import StoredPart, Upload, UploadStatus
from moorage.usecases.calculate_digest import carried_digest, streamed_digest
from moorage.usecases.commit_layer import commit_layer
from moorage.usecases.find_repository import explain_missing_upload
from moorage.usecases.finish_object import finish_object
from moorage.usecases.ports import NoMultipartUploadError, Ports, Shelf, StoredPartsDamagedError


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteLayerUpload:
    """`layer_digests`: any one that matches is enough; as the caller spelled them."""

    registry_id: str
    repository_name: str
    upload_id: str
    layer_digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompletedLayer:
    """The digest under which the layer is there from now on."""

    registry_id: str
    repository_name: str
    upload_id: str
    layer_digest: Digest


def complete_layer_upload(command: CompleteLayerUpload, ports: Ports) -> CompletedLayer:
    """Commit the layer. The same completion sent again gets the same answer.

    RepositoryNotFoundError, UploadNotFoundError (also for another repository's upload), EmptyUploadError,
    LayerPartTooSmallError, InvalidLayerError, LayerAlreadyExistsError.
    """
    upload, parts = _find_upload(command, ports)
    digest = upload.digest or carried_digest(upload, ports)
    shelf = ports.catalog.look_up(command.registry_id, command.repository_name, digest, upload.encryption)
    _require_own_repository(command, upload, shelf)
    if upload.status is not UploadStatus.OPEN:
        return _answer(command, upload)
    _require_completable(upload, ports)
    try:
        settled = _settle(command, upload, parts, digest, shelf, ports)
    except NoMultipartUploadError as error:
        raise _not_found(command) from error
    except StoredPartsDamagedError:
        settled = _void(upload, ports)
    return _answer(command, settled)


def _find_upload(command: CompleteLayerUpload, ports: Ports) -> tuple[Upload, tuple[StoredPart, ...]]:
    owner = (command.registry_id, command.repository_name)
    found = ports.uploads.read(command.upload_id)
    if found is None or not found[0].belongs_to(*owner) or found[0].has_expired(ports.now()):
        raise explain_missing_upload(*owner, command.upload_id, ports)
    return found


def _require_own_repository(command: CompleteLayerUpload, upload: Upload, shelf: Shelf) -> None:
    if shelf.repository is None:
        raise RepositoryNotFoundError(command.registry_id, command.repository_name)
    if shelf.repository.incarnation != upload.repository_incarnation:
        # The name was deleted and created again: the upload belongs to the repository that is gone.
        raise _not_found(command)


def _require_completable(upload: Upload, ports: Ports) -> None:
    if upload.received_bytes == 0:
        raise EmptyUploadError(upload.registry_id, upload.repository_name, upload.upload_id)
    if upload.has_short_part:
        raise LayerPartTooSmallError(ports.limits.smallest_part_bytes)


def _settle(
    command: CompleteLayerUpload,
    upload: Upload,
    parts: tuple[StoredPart, ...],
    digest: Digest | None,
    shelf: Shelf,
    ports: Ports,
) -> Upload | None:
    stored = None
    if digest is None:
        # The carried state was lost: the stored object tells what was received.
        stored = finish_object(upload, parts, None, ports)
        digest = streamed_digest(upload, stored, ports)
        shelf = ports.catalog.look_up(command.registry_id, command.repository_name, digest, upload.encryption)
    _require_match(command, digest)
    return commit_layer(upload, parts, digest, shelf, stored, ports)


def _require_match(command: CompleteLayerUpload, digest: Digest) -> None:
    if str(digest) not in command.layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)


def _void(upload: Upload, ports: Ports) -> Upload | None:
    """Close the upload for good: what S3 holds of it can never become what was received."""
    written = ports.uploads.settle(upload, UploadStatus.FAILED)
    if written.done:
        raise InvalidLayerError(InvalidLayerError.DAMAGED)
    return written.found


def _answer(command: CompleteLayerUpload, upload: Upload | None) -> CompletedLayer:
    """What a settled upload answers, now and every time again."""
    if upload is not None and upload.status is UploadStatus.OPEN:
        # A part was added while this completion ran: the next one sees all of it, and judges.
        raise UnavailableError
    if upload is not None and upload.status is UploadStatus.FAILED:
        raise InvalidLayerError(InvalidLayerError.DAMAGED)
    if upload is None or upload.digest is None:
        raise _not_found(command)
    _require_match(command, upload.digest)
    if upload.status is UploadStatus.SUPERSEDED:
        raise LayerAlreadyExistsError(command.registry_id, command.repository_name, str(upload.digest))
    return CompletedLayer(command.registry_id, command.repository_name, command.upload_id, upload.digest)


def _not_found(command: CompleteLayerUpload) -> MoorageError:
    return UploadNotFoundError(command.registry_id, command.repository_name, command.upload_id)
