"""The completion queue's messages: CompleteLayerUpload requests in ECR's members, and S3's events through EventBridge.

What becomes of a message is decided by complete_from_queue.
"""

import logging
from dataclasses import replace

from moorage.domain.caller import Call, Caller, CallerKind
from moorage.domain.errors import RequestError
from moorage.domain.policy.request import AccessRequest
from moorage.domain.registry import Registry
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_from_queue import Attempt, JoinedObject, Outcome, complete_from_queue
from moorage.usecases.completion.complete_layer_upload import COMPLETE
from moorage.usecases.layers.mark_content_lost import DeletedObject, mark_content_lost
from moorage.usecases.ports import Ports
from moorage.wire.direct.errors import direct_error, reason_of
from moorage.wire.ecr.handlers._members import upload_of
from moorage.wire.ecr.operations import find_operation
from moorage.wire.json_body import read_json_object
from moorage.wire.operation import Members
from moorage.wire.outcome import log_refusal, log_success
from moorage.wire.shapes import IntegerShape, StringShape, StructureShape

STORED = frozenset({"CompleteMultipartUpload", "PutObject"})
"""S3's reasons for an object of a direct upload: its parts were joined, or it was sent as a whole."""
OPERATION = "CompleteLayerUpload"
DELETED = "Object Deleted"
RESERVE_SECONDS = 20.0
"""Before a function's time ends: what handing over takes, a slow range of the object included."""
QUEUE = Caller(kind=CallerKind.SERVICE, arn="sqs.amazonaws.com", subject="sqs.amazonaws.com")
_EVENT = StructureShape(
    {
        "detail-type": StringShape(enum=("Object Created", DELETED)),
        "detail": StructureShape(
            {"reason": StringShape(), "object": StructureShape({"key": StringShape(min=1)}, frozenset({"key"}))}
        ),
    },
    frozenset({"detail-type", "detail"}),
)
_log = logging.getLogger("moorage.completions")
Message = CompleteLayerUpload | JoinedObject | DeletedObject


def queue_call(registry: Registry, message_id: str) -> Call:
    """The context of a message: its id stands for the request's id."""
    return Call(registry=registry, caller=QUEUE, request_id=message_id)


def complete_from_message(body: str, deadline: float, call: Call, ports: Ports) -> Outcome:
    """Complete the upload that a message names, or mark deleted content as lost.

    Raises for what should be delivered again.

    A message that can never succeed becomes a dead letter. Without a queue for dead letters its refusal is raised, and
    the completion queue itself gives up on it.
    """
    about: Members = {}
    ports = replace(ports, access=AccessRequest(call=call, action=COMPLETE, continues=True))
    try:
        message, about = _read(body, call, ports)
        if message is None:
            return Outcome.DONE
        if isinstance(message, DeletedObject):
            return _mark_lost(message, call, ports)
        attempt = complete_from_queue(message, ports, deadline)
    except RequestError as refusal:
        attempt = Attempt(Outcome.DEAD_LETTER, refusal)
    except Exception as error:
        _log_refusal(call, error, about)
        raise
    return _settle(attempt, body, about, call, ports)


def _mark_lost(message: DeletedObject, call: Call, ports: Ports) -> Outcome:
    lost = mark_content_lost(message, ports)
    if lost is not None:
        about = {"registryId": lost.registry_id, "layerDigest": str(lost.digest)}
        log_success(_log, "MarkContentLost", call, about)
    return Outcome.DONE


def _settle(attempt: Attempt, body: str, about: Members, call: Call, ports: Ports) -> Outcome:
    if attempt.refusal is None:
        outcome = "Success" if attempt.outcome is Outcome.DONE else "InProgress"
        log_success(_log, OPERATION, call, about, outcome=outcome)
        return attempt.outcome
    _log_refusal(call, attempt.refusal, about)
    if attempt.outcome is Outcome.DEAD_LETTER:
        reason = reason_of(attempt.refusal)
        if not ports.completions.dead_letter(body, reason, str(attempt.refusal)):
            raise attempt.refusal
    return attempt.outcome


def _log_refusal(call: Call, error: Exception, about: Members) -> None:
    log_refusal(_log, OPERATION, call, error, direct_error(error)[0], about)


def _read(body: str, call: Call, ports: Ports) -> tuple[Message | None, Members]:
    """What the message asks for, and its members for the log; None for an object that is not a direct upload's."""
    message = read_json_object(body, "message")
    if "detail-type" in message:
        return _read_event(message, call.registry, ports)
    members = find_operation(OPERATION).input.read(message)
    # Lambda's own detection of loops is off for this queue: a verification without progress is stopped here.
    hand_overs = IntegerShape(min=0, max=ports.limits.verification.max_hand_overs)
    request = CompleteLayerUpload(
        upload=upload_of(members, call),
        layer_digests=tuple(members["layerDigests"]),
        hand_overs=hand_overs.read(message.get("handOvers", 0), "handOvers"),
    )
    return request, members


def _read_event(message: Members, registry: Registry, ports: Ports) -> tuple[Message | None, Members]:
    event = _EVENT.read(message)
    detail = event["detail"]
    object_key = detail.get("object", {}).get("key", "")
    if event["detail-type"] == DELETED:
        return DeletedObject(object_key), {"objectKey": object_key}
    upload_id = ports.direct.upload_of(object_key)
    if detail.get("reason") not in STORED or upload_id is None:
        return None, {}
    return JoinedObject(registry.registry_id, upload_id), {"uploadId": upload_id}
