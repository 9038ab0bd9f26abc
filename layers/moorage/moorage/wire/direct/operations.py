"""Handlers of the direct upload API: each calls its use case, and returns the HTTP status and the response members."""

from moorage.domain.caller import Call
from moorage.domain.errors import VerificationInProgressError
from moorage.domain.layer import DEFAULT_MEDIA_TYPE
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.direct_uploads.abandon_direct_upload import abandon_direct_upload
from moorage.usecases.direct_uploads.complete_direct_upload import complete_direct_upload
from moorage.usecases.direct_uploads.describe_direct_upload import DirectStatus, describe_direct_upload
from moorage.usecases.direct_uploads.initiate_direct_upload import InitiateDirectUpload, initiate_direct_upload
from moorage.usecases.direct_uploads.list_direct_parts import DirectParts, ListDirectParts, list_direct_parts
from moorage.usecases.ports import Ports
from moorage.wire.direct.errors import reason_of
from moorage.wire.ecr.errors import ERROR_SHAPES
from moorage.wire.ecr.handlers._members import ids_of, repository_of
from moorage.wire.ecr.model.layers import LAYER_DIGEST, UPLOAD_ID
from moorage.wire.ecr.model.shared import REGISTRY_ID, REPOSITORY_NAME
from moorage.wire.operation import Members, Operation
from moorage.wire.page_tokens import PageTokens
from moorage.wire.shapes import BooleanShape, IntegerShape, StringShape, StructureShape

Answer = tuple[int, Members | None]

_MEDIA_TYPE = StringShape(pattern=r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*", max=255)
"""RFC 6838, section 4.2, which the OCI image specification points to."""
_NAMED = StructureShape({"uploadId": UPLOAD_ID}, frozenset({"uploadId"}))
_PAGE = StructureShape({"uploadId": UPLOAD_ID, "nextToken": StringShape()}, frozenset({"uploadId"}))
_ANNOUNCED = StructureShape(
    {
        "registryId": REGISTRY_ID,
        "repositoryName": REPOSITORY_NAME,
        "layerDigest": LAYER_DIGEST,
        "layerSize": IntegerShape(min=1),
        "mediaType": _MEDIA_TYPE,
        "mountFrom": REPOSITORY_NAME,
        "singlePut": BooleanShape(),
    },
    frozenset({"repositoryName", "layerDigest", "layerSize"}),
)
_TOKENS = PageTokens("ListDirectParts", IntegerShape(min=1))


def _initiate(members: Members, call: Call, ports: Ports) -> Answer:
    command = InitiateDirectUpload(
        repository=repository_of(members, call),
        layer_digest=members["layerDigest"],
        layer_size_bytes=members["layerSize"],
        media_type=members.get("mediaType", DEFAULT_MEDIA_TYPE),
        mount_from=_mount_from(members, call),
        single_put=members.get("singlePut", False),
    )
    return 201, _page(initiate_direct_upload(command, ports), ports)


def _mount_from(members: Members, call: Call) -> RepositoryId | None:
    return (
        RepositoryId(repository_of(members, call).registry_id, members["mountFrom"]) if "mountFrom" in members else None
    )


def _list_parts(members: Members, call: Call, ports: Ports) -> Answer:
    after_number = _TOKENS.position(members) or 0
    query = ListDirectParts(
        registry_id=call.registry.registry_id, upload_id=members["uploadId"], after_number=after_number
    )
    return 200, _page(list_direct_parts(query, ports), ports)


def _describe(members: Members, call: Call, ports: Ports) -> Answer:
    state = describe_direct_upload(call.registry.registry_id, members["uploadId"], ports)
    output: Members = {
        **ids_of(state.upload.ref),
        "layerDigest": str(state.claim.digest),
        "layerSize": state.claim.size_bytes,
        "status": state.status.value,
        "bytesVerified": state.verified_bytes,
    }
    if state.failure:
        output |= {"failureReason": reason_of(state.failure), "failureMessage": str(state.failure)}
    return 200, output


def _complete(members: Members, call: Call, ports: Ports) -> Answer:
    try:
        completed = complete_direct_upload(call.registry.registry_id, members["uploadId"], ports)
    except VerificationInProgressError as pending:
        return 202, {
            "uploadId": members["uploadId"],
            "status": DirectStatus.VERIFYING.value,
            "bytesVerified": pending.verified_bytes,
            "layerSize": pending.size_bytes,
        }
    return 200, {
        **ids_of(completed.upload),
        "layerDigest": str(completed.layer_digest),
        "status": DirectStatus.COMPLETED.value,
    }


def _abandon(members: Members, call: Call, ports: Ports) -> Answer:
    abandon_direct_upload(call.registry.registry_id, members["uploadId"], ports)
    return 204, None


_ERRORS = frozenset(shape.name for shape in ERROR_SHAPES.values())
"""This API may return any of ECR's exceptions: it is not part of ECR's model, and `code` is a string."""
OPERATIONS: dict[str, Operation[Answer]] = {
    operation.name: operation
    for operation in (
        Operation("AbandonDirectUpload", _NAMED, _abandon, _ERRORS, "ecr:UploadLayerPart"),
        Operation("CompleteDirectUpload", _NAMED, _complete, _ERRORS, "ecr:CompleteLayerUpload"),
        Operation("DescribeDirectUpload", _NAMED, _describe, _ERRORS, "ecr:UploadLayerPart"),
        Operation("InitiateDirectUpload", _ANNOUNCED, _initiate, _ERRORS, "ecr:InitiateLayerUpload"),
        Operation("ListDirectParts", _PAGE, _list_parts, _ERRORS, "ecr:UploadLayerPart"),
    )
}


def _page(page: DirectParts, ports: Ports) -> Members:
    is_open = page.upload.status is UploadStatus.OPEN
    output: Members = {
        **ids_of(page.upload.ref),
        "layerDigest": str(page.claim.digest),
        "layerSize": page.claim.size_bytes,
        "partSize": page.claim.part_size_bytes,
        "status": (DirectStatus.UPLOADING if is_open else DirectStatus.COMPLETED).value,
        "parts": [
            {
                "partNumber": part.range.number,
                "firstByte": part.range.first_byte,
                "lastByte": part.range.last_byte,
                "url": part.url,
                "received": part.is_received,
            }
            for part in page.parts
        ],
    }
    if page.put is not None:
        output["put"] = {"url": page.put.url, "headers": dict(page.put.headers)}
    elif is_open:
        completion = ports.direct.completion_request(page.upload)
        output |= {"completionUrl": completion.url, "completionHeaders": dict(completion.headers)}
    if page.next_after is not None:
        output["nextToken"] = _TOKENS.write({"uploadId": page.upload.upload_id}, page.next_after)
    return output
