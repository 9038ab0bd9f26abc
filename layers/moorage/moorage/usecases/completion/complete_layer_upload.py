"""CompleteLayerUpload: makes the upload's bytes a layer of the repository.

    1. load the upload, and look up its repository and what is known of its digest
    2. if it is settled, return the same response again
    3. take the digest from the upload's source: relayed (_relayed_source.py), sent to S3 in parts (_direct_source.py),
       or stored and hashed by S3 as a whole (_hashed_source.py)
    4. compare it with the caller's digests
    5. store: make sure that the object is there, unless the registry has the content
    6. commit (_commit_layer.py); if another record changed meanwhile, look up again and repeat 5 and 6

Content is stored first, then the record is written; only the reaper deletes. AWS calls in the usual case, for 5 MiB and
for 50 GiB: Query, BatchGet, CompleteMultipartUpload, TransactWrite.
"""

from dataclasses import dataclass

from moorage.domain.digest import SHA256, SHA512, Digest
from moorage.domain.errors import (
    InvalidLayerError,
    LayerAlreadyExistsError,
    UnavailableError,
    UploadNotFoundError,
    VerificationInProgressError,
)
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.domain.uploads.relay_progress import StoredPart
from moorage.domain.uploads.upload import Upload, UploadMode, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.access.authorize import authorize, belongs_to_caller, require_possible
from moorage.usecases.completion._commit_layer import store_and_commit
from moorage.usecases.completion._direct_source import DirectSource
from moorage.usecases.completion._hashed_source import HashedSource
from moorage.usecases.completion._layer_source import LayerSource, Overtaken, Rejected
from moorage.usecases.completion._relayed_source import RelayedSource
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, StoredPartsDamagedError
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.repositories._find_repository import explain_missing_upload

COMPLETE = "ecr:CompleteLayerUpload"


@dataclass(frozen=True, slots=True)
class CompletedLayer:
    """The digest of the committed layer."""

    upload: UploadRef
    layer_digest: Digest


def complete_layer_upload(command: CompleteLayerUpload, ports: Ports, deadline: float | None = None) -> CompletedLayer:
    """Commit the layer. The same completion sent again gets the same answer.

    `deadline` (epoch seconds): when to hand over a streaming checksum that is not done; by default, the budget of a
    synchronous call.

    Raises: AccessDeniedError, RepositoryNotFoundError, UploadNotFoundError (also for an upload of another repository
    or another caller), EmptyUploadError,
    LayerPartTooSmallError, InvalidLayerError, LayerAlreadyExistsError, VerificationInProgressError.
    """
    upload, parts = _load(command, ports)
    deadline = ports.now() + ports.limits.verification.budget_seconds if deadline is None else deadline
    source = _source(upload, parts, _algorithm(command), deadline, ports)
    lookup = ports.catalog.look_up(upload.repository, upload.digest or source.expected_digest, upload.encryption)
    _require_own_repository(upload, lookup, ports)
    if upload.status is not UploadStatus.OPEN:
        return answer_of(command, upload, ports)
    try:
        return answer_of(command, _complete(command, upload, source, lookup, ports), ports)
    except NoMultipartUploadError as error:
        raise explain_missing_upload(command.upload, ports) from error
    except StoredPartsDamagedError:
        return answer_of(command, _fail(upload, InvalidLayerError.DAMAGED, ports), ports)
    except VerificationInProgressError as pending:
        if pending.leased_until is None:
            ports.completions.enqueue(command)
        raise


def _load(command: CompleteLayerUpload, ports: Ports) -> tuple[Upload, tuple[StoredPart, ...]]:
    require_possible(command.upload.repository, ports, COMPLETE)
    found = ports.uploads.read(command.upload.upload_id)
    if found is None or found[0].repository != command.upload.repository or found[0].has_expired(ports.now()):
        raise explain_missing_upload(command.upload, ports)
    if not belongs_to_caller(found[0], ports):
        raise explain_missing_upload(command.upload, ports)
    return found


def _algorithm(command: CompleteLayerUpload) -> str:
    """How the bytes are hashed to compare: by sha512 if the caller names no digest of another algorithm."""
    is_sha512 = all(digest.startswith(f"{SHA512}:") for digest in command.layer_digests)
    return SHA512 if command.layer_digests and is_sha512 else SHA256


def _source(
    upload: Upload, parts: tuple[StoredPart, ...], algorithm: str, deadline: float, ports: Ports
) -> LayerSource:
    if upload.announced and upload.mode is UploadMode.WHOLE:
        return HashedSource(upload, upload.announced, ports)
    if upload.announced:
        return DirectSource(upload, upload.announced, deadline, ports)
    return RelayedSource(upload, parts, algorithm, deadline, ports)


def _require_own_repository(upload: Upload, lookup: LayerLookup, ports: Ports) -> None:
    repository = authorize(upload.repository, lookup.repository, ports, COMPLETE, initiator=upload.initiator)
    if repository.incarnation != upload.repository_incarnation:
        # The repository was deleted and created again: the upload belongs to the deleted one.
        raise UploadNotFoundError(upload.ref)


def _complete(
    command: CompleteLayerUpload, upload: Upload, source: LayerSource, lookup: LayerLookup, ports: Ports
) -> Upload | None:
    """The upload's head after the attempt, settled by this or another request."""
    if upload.announced and str(upload.announced.digest) not in command.layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
    digest = source.digest()
    if isinstance(digest, Overtaken):
        return digest.head
    if isinstance(digest, Rejected):
        return _fail(upload, digest.failure, ports)
    if str(digest) not in command.layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
    if digest != source.expected_digest:
        lookup = ports.catalog.look_up(upload.repository, digest, upload.encryption)
    return store_and_commit(upload, digest, source, lookup, ports)


def _fail(upload: Upload, failure: str, ports: Ports) -> Upload | None:
    """Settle the upload as failed: its bytes can never become the layer. The reaper deletes them."""
    written = ports.uploads.settle(upload, UploadStatus.FAILED, failure=failure)
    if written.applied:
        raise InvalidLayerError(failure)
    return written.current


def answer_of(command: CompleteLayerUpload, upload: Upload | None, ports: Ports) -> CompletedLayer:
    """The response for a settled upload, also for each repetition."""
    if upload is not None and upload.status is UploadStatus.OPEN:
        # A part was added while this completion ran: the next completion reads all parts.
        raise UnavailableError
    if upload is not None and upload.status is UploadStatus.FAILED:
        raise InvalidLayerError(upload.failure or InvalidLayerError.DAMAGED)
    if upload is None or upload.digest is None:
        raise explain_missing_upload(command.upload, ports)
    if str(upload.digest) not in command.layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
    if upload.status is UploadStatus.SUPERSEDED:
        raise LayerAlreadyExistsError(command.upload.repository, str(upload.digest))
    return CompletedLayer(command.upload, upload.digest)
