"""The completion queue's messages: CompleteLayerUpload requests in ECR's members, and S3's events through EventBridge.

What becomes of a message:

    done                    the layer is there, or the upload's record says why it never will be
    handed over             the streaming checksum continues with a message of its own
    dead-lettered           it can never succeed: kept for a person to look at, with the reason
    an exception            not now: the queue delivers it again, and gives up in the end
"""

import logging
from enum import StrEnum
from typing import Any

from moorage.domain.caller import Call
from moorage.domain.completion import CompleteLayerUpload
from moorage.domain.errors import (
    EncryptionError,
    InconsistentRecordsError,
    InvalidLayerError,
    LayerAlreadyExistsError,
    MoorageError,
    UnavailableError,
    UploadNotFoundError,
    VerificationInProgressError,
)
from moorage.domain.registry import Registry
from moorage.usecases.completion.complete_layer_upload import complete_layer_upload
from moorage.usecases.direct_uploads.complete_direct_upload import completion_of
from moorage.usecases.ports import Ports
from moorage.wire.direct.errors import reason_of
from moorage.wire.ecr._members import upload_of
from moorage.wire.ecr.operations import find_operation
from moorage.wire.json_body import read_json_object
from moorage.wire.shapes import StringShape, StructureShape

JOINED = "CompleteMultipartUpload"
RESERVE_SECONDS = 20.0
"""Before a function's time ends: what handing over takes, a slow range of the object included."""
_EVENT = StructureShape(
    {
        "detail-type": StringShape(enum=("Object Created",)),
        "detail": StructureShape(
            {"reason": StringShape(), "object": StructureShape({"key": StringShape(min=1)}, frozenset({"key"}))}
        ),
    },
    frozenset({"detail-type", "detail"}),
)
_PASSING = (UnavailableError, EncryptionError, InconsistentRecordsError)
_ON_RECORD = (UploadNotFoundError, InvalidLayerError)
"""Refusals of an event that need no person: its upload is over, and its record (or its absence) says so."""
_log = logging.getLogger("moorage.completions")


class Outcome(StrEnum):
    """What became of a message, for logs and metrics."""

    DONE = "CompletionsDone"
    HANDED_OVER = "CompletionsHandedOver"
    DEAD_LETTER = "CompletionsSetAside"


def complete_from_message(body: str, deadline: float, registry: Registry, ports: Ports) -> Outcome:
    """Complete the upload that a message names; raises for what should be delivered again."""
    is_event = False
    try:
        message = read_json_object(body, "message")
        is_event = "detail-type" in message
        request = _from_event(message, registry, ports) if is_event else _from_request(message, registry)
        if request is None:
            return Outcome.DONE
        return _complete(request, deadline, ports)
    except _PASSING:
        raise
    except MoorageError as refusal:
        if is_event and isinstance(refusal, _ON_RECORD):
            _log.info("nothing left to complete: %s", refusal)
            return Outcome.DONE
        if not ports.completions.dead_letter(body, reason_of(refusal), str(refusal)):
            raise
        _log.warning("dead-lettered: %s", refusal)
        return Outcome.DEAD_LETTER


def _complete(request: CompleteLayerUpload, deadline: float, ports: Ports) -> Outcome:
    try:
        complete_layer_upload(request, ports, deadline)
    except VerificationInProgressError as pending:
        if pending.leased_until is not None:
            # Somebody else is at it. Should it die, this message comes back when its lease is over.
            ports.completions.enqueue(request, pending.leased_until - ports.now())
        return Outcome.HANDED_OVER
    except LayerAlreadyExistsError as refusal:
        _log.info("%s", refusal)
    return Outcome.DONE


def _from_request(message: dict[str, Any], registry: Registry) -> CompleteLayerUpload:
    members = find_operation("CompleteLayerUpload").input.read(message)
    return CompleteLayerUpload(
        upload=upload_of(members, Call(registry=registry)),
        layer_digests=tuple(members["layerDigests"]),
    )


def _from_event(message: dict[str, Any], registry: Registry, ports: Ports) -> CompleteLayerUpload | None:
    """The completion that an event calls for; None for an object that is no joined direct upload."""
    detail = _EVENT.read(message)["detail"]
    upload_id = ports.direct.upload_of(detail.get("object", {}).get("key", ""))
    if detail.get("reason") != JOINED or upload_id is None:
        return None
    return completion_of(registry.registry_id, upload_id, ports)
