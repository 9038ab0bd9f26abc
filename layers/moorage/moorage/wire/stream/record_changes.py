"""Records of the table's stream: what follows from each change, with one line in the log where something did."""

import logging

from moorage.domain.caller import Call, Caller, CallerKind
from moorage.domain.images.image import Image, ImageTag
from moorage.domain.layer import Blob, Expiry, Layer, Link
from moorage.domain.records import Record
from moorage.domain.registry import Registry
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.reaper import ReaperPorts
from moorage.usecases.reaper.handle_record_change import Change, handle_record_change
from moorage.wire.ecr.handlers._members import ids_of
from moorage.wire.errors import SERVER_FAULT
from moorage.wire.operation import Members
from moorage.wire.outcome import log_refusal, log_success

STREAM = Caller(kind=CallerKind.SERVICE, arn="dynamodb.amazonaws.com", subject="dynamodb.amazonaws.com")
_log = logging.getLogger("moorage.stream")


def stream_call(registry: Registry, event_id: str) -> Call:
    """The context of a stream record: its event's id stands for the request's id."""
    return Call(registry=registry, caller=STREAM, request_id=event_id)


def handle_stream_record(change: Change, call: Call, ports: ReaperPorts) -> None:
    """Do what follows from the change; raises for what should be delivered again."""
    operation, about = _name_of(change), _members_of(change.after or change.before)
    try:
        if handle_record_change(change, ports):
            log_success(_log, operation, call, about)
    except Exception as error:
        log_refusal(_log, operation, call, error, SERVER_FAULT, about)
        raise


def _name_of(change: Change) -> str:
    """Such as "UploadRemoved"."""
    record = change.after or change.before
    kind = "Removed" if change.after is None else "Added" if change.before is None else "Changed"
    return f"{type(record).__name__}{kind}"


def _members_of(record: Record | None) -> Members:
    match record:
        case Upload():
            return ids_of(record.ref)
        case Layer():
            return _of_repository(record.repository) | {"layerDigest": str(record.digest)}
        case Image() | ImageTag():
            return _of_repository(record.repository) | _of_image(record)
        case Link(content=content) | Expiry(content=content):
            return {"registryId": content.registry_id, "layerDigest": str(content.digest)}
        case Blob():
            return {"registryId": record.registry_id, "layerDigest": str(record.digest)}
        case Repository():
            return _of_repository(record.id)
    return {}


def _of_repository(repository: RepositoryId) -> Members:
    return {"registryId": repository.registry_id, "repositoryName": repository.name}


def _of_image(about: Image | ImageTag) -> Members:
    members: Members = {"imageDigest": str(about.digest)}
    return members | {"imageTag": about.tag} if isinstance(about, ImageTag) else members
