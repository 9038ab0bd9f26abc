"""CompleteLayerUpload: the bytes become a layer of the repository, once, or nothing changes.

Content first, then the record; only the reaper deletes. Calls in the usual case, for 5 MiB and for 50 GiB:
Query, BatchGet, CompleteMultipartUpload, TransactWrite. Relayed and direct uploads obtain the digest differently:
_settle_relayed_upload.py, _settle_direct_upload.py.
"""

from dataclasses import dataclass

from moorage.domain.completion import CompleteLayerUpload
from moorage.domain.digest import Digest
from moorage.domain.errors import (
    InvalidLayerError,
    LayerAlreadyExistsError,
    MoorageError,
    RepositoryNotFoundError,
    UnavailableError,
    UploadNotFoundError,
    VerificationInProgressError,
)
from moorage.domain.upload import StoredPart, Upload, UploadRef, UploadStatus
from moorage.usecases.completion._calculate_digest import carried_digest
from moorage.usecases.completion._settle_direct_upload import settle_direct_upload
from moorage.usecases.completion._settle_relayed_upload import settle_relayed_upload
from moorage.usecases.completion._verify_upload import OvertakenError
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredPartsDamagedError
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.repositories._find_repository import explain_missing_upload


@dataclass(frozen=True, slots=True)
class CompletedLayer:
    """The digest under which the layer is there from now on."""

    upload: UploadRef
    layer_digest: Digest


def complete_layer_upload(command: CompleteLayerUpload, ports: Ports, deadline: float | None = None) -> CompletedLayer:
    """Commit the layer. The same completion sent again gets the same answer.

    `deadline` (epoch seconds): when to hand over a streaming checksum that is not done; by default, the budget of a
    synchronous call.

    RepositoryNotFoundError, UploadNotFoundError (also for another repository's upload), EmptyUploadError,
    LayerPartTooSmallError, InvalidLayerError, LayerAlreadyExistsError, VerificationInProgressError.
    """
    upload, parts = _find_upload(command, ports)
    digest = upload.digest or (upload.claim.digest if upload.claim else carried_digest(upload, ports))
    lookup = ports.catalog.look_up(command.upload.repository, digest, upload.encryption)
    _require_own_repository(command, upload, lookup)
    if upload.status is not UploadStatus.OPEN:
        return _answer(command, upload)
    deadline = ports.now() + ports.limits.verification.budget_seconds if deadline is None else deadline
    try:
        if upload.claim:
            settled = settle_direct_upload(upload, upload.claim, command.layer_digests, lookup, deadline, ports)
        else:
            settled = settle_relayed_upload(upload, parts, command.layer_digests, digest, lookup, deadline, ports)
    except NoMultipartUploadError as error:
        raise _not_found(command) from error
    except StoredPartsDamagedError:
        settled = _void(upload, ports)
    except OvertakenError as overtaken:
        settled = overtaken.head
    except VerificationInProgressError as pending:
        if pending.leased_until is None:
            ports.completions.enqueue(command)
        raise
    return _answer(command, settled)


def _find_upload(command: CompleteLayerUpload, ports: Ports) -> tuple[Upload, tuple[StoredPart, ...]]:
    found = ports.uploads.read(command.upload.upload_id)
    if found is None or found[0].repository != command.upload.repository or found[0].has_expired(ports.now()):
        raise explain_missing_upload(command.upload, ports)
    return found


def _require_own_repository(command: CompleteLayerUpload, upload: Upload, lookup: LayerLookup) -> None:
    if lookup.repository is None:
        raise RepositoryNotFoundError(command.upload.repository)
    if lookup.repository.incarnation != upload.repository_incarnation:
        # The name was deleted and created again: the upload belongs to the repository that is gone.
        raise _not_found(command)


def _void(upload: Upload, ports: Ports) -> Upload | None:
    """Close the upload for good: what S3 holds of it can never become what was received."""
    written = ports.uploads.settle(upload, UploadStatus.FAILED, failure=InvalidLayerError.DAMAGED)
    if written.applied:
        raise InvalidLayerError(InvalidLayerError.DAMAGED)
    return written.current


def _answer(command: CompleteLayerUpload, upload: Upload | None) -> CompletedLayer:
    """What a settled upload answers, now and every time again."""
    if upload is not None and upload.status is UploadStatus.OPEN:
        # A part was added while this completion ran: the next one sees all of it, and judges.
        raise UnavailableError
    if upload is not None and upload.status is UploadStatus.FAILED:
        raise InvalidLayerError(upload.failure or InvalidLayerError.DAMAGED)
    if upload is None or upload.digest is None:
        raise _not_found(command)
    if str(upload.digest) not in command.layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
    if upload.status is UploadStatus.SUPERSEDED:
        raise LayerAlreadyExistsError(command.upload.repository, str(upload.digest))
    return CompletedLayer(command.upload, upload.digest)


def _not_found(command: CompleteLayerUpload) -> MoorageError:
    return UploadNotFoundError(command.upload)
