"""A completion that the queue delivers: decides whether it is done, repeated, or moved to the dead-letter queue.

done            the layer is there, or the upload's record says why it never will be
handed over     the streaming checksum continues with a message of its own
dead letter     the completion can never succeed: an operator must check the message
an exception    a temporary failure: the queue delivers the message again, up to its maximum number of times
"""

from dataclasses import dataclass
from enum import StrEnum

from moorage.domain.errors import (
    AccessDeniedError,
    EncryptionError,
    InconsistentRecordsError,
    InvalidLayerError,
    LayerAlreadyExistsError,
    MoorageError,
    RepositoryNotFoundError,
    UnavailableError,
    UploadNotFoundError,
    VerificationInProgressError,
)
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_layer_upload import complete_layer_upload
from moorage.usecases.direct_uploads.complete_direct_upload import completion_of
from moorage.usecases.ports import Ports

_TRY_AGAIN = (UnavailableError, EncryptionError, InconsistentRecordsError)
_ON_RECORD = (RepositoryNotFoundError, UploadNotFoundError, InvalidLayerError, AccessDeniedError)
"""Refusals that need no person, of an event or a hand-over: the upload is over, and its record or the absence of its
repository says so. Somebody deleted the repository, or the upload failed or expired.
"""


@dataclass(frozen=True, slots=True)
class JoinedObject:
    """S3's event: a multipart upload of this registry became the object of this upload."""

    registry_id: str
    upload_id: str


class Outcome(StrEnum):
    """The outcome of a message; the values are the metrics' names."""

    DONE = "CompletionsDone"
    HANDED_OVER = "CompletionsHandedOver"
    DEAD_LETTER = "CompletionsSetAside"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome; `refusal` says why there is no new layer, if there is none."""

    outcome: Outcome
    refusal: MoorageError | None = None


def complete_from_queue(message: CompleteLayerUpload | JoinedObject, ports: Ports, deadline: float) -> Attempt:
    """Complete the upload that a message names, until the deadline (epoch seconds).

    Raises: UnavailableError, EncryptionError, InconsistentRecordsError: the message should be delivered again.
    """
    try:
        if isinstance(message, JoinedObject):
            return _complete(completion_of(message.registry_id, message.upload_id, ports), ports, deadline)
        return _complete(message, ports, deadline)
    except _TRY_AGAIN:
        raise
    except MoorageError as refusal:
        is_own = isinstance(message, JoinedObject) or message.hand_overs > 0
        needs_nobody = is_own and isinstance(refusal, _ON_RECORD)
        return Attempt(Outcome.DONE if needs_nobody else Outcome.DEAD_LETTER, refusal)


def _complete(request: CompleteLayerUpload, ports: Ports, deadline: float) -> Attempt:
    try:
        complete_layer_upload(request, ports, deadline)
    except VerificationInProgressError as pending:
        if pending.leased_until is not None:
            # Another worker verifies it. If that worker dies, this message arrives again when the lease has expired.
            ports.completions.enqueue(request, pending.leased_until - ports.now())
        return Attempt(Outcome.HANDED_OVER)
    except LayerAlreadyExistsError as refusal:
        return Attempt(Outcome.DONE, refusal)
    return Attempt(Outcome.DONE)
