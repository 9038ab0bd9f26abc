"""Handlers of ECR's operations on uploads. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_and_wait import complete_and_wait
from moorage.usecases.ports import Ports
from moorage.usecases.uploads.initiate_layer_upload import InitiateLayerUpload, initiate_layer_upload
from moorage.usecases.uploads.upload_layer_part import UploadLayerPart, upload_layer_part
from moorage.wire.ecr.handlers._members import ids_of, repository_of, upload_of
from moorage.wire.operation import Handler, Members


def _initiate_layer_upload(members: Members, call: Call, ports: Ports) -> Members:
    initiated = initiate_layer_upload(InitiateLayerUpload(repository=repository_of(members, call)), ports)
    return {"uploadId": initiated.upload_id, "partSize": initiated.part_size_bytes}


def _upload_layer_part(members: Members, call: Call, ports: Ports) -> Members:
    command = UploadLayerPart(
        upload=upload_of(members, call),
        first_byte=members["partFirstByte"],
        last_byte=members["partLastByte"],
        blob=members["layerPartBlob"],
    )
    uploaded = upload_layer_part(command, ports)
    return {
        **ids_of(command.upload),
        "lastByteReceived": uploaded.last_byte_received,
    }


def _complete_layer_upload(members: Members, call: Call, ports: Ports) -> Members:
    command = CompleteLayerUpload(upload=upload_of(members, call), layer_digests=tuple(members["layerDigests"]))
    completed = complete_and_wait(command, ports)
    return {
        **ids_of(completed.upload),
        "layerDigest": str(completed.layer_digest),
    }


HANDLERS: dict[str, Handler[Members]] = {
    "CompleteLayerUpload": _complete_layer_upload,
    "InitiateLayerUpload": _initiate_layer_upload,
    "UploadLayerPart": _upload_layer_part,
}
