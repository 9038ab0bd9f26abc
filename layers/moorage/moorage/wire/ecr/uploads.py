"""ECR's operations on uploads ⇄ use cases: members of a checked request in, members of the answer out."""

from moorage.domain.caller import Call
from moorage.domain.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_and_wait import complete_and_wait
from moorage.usecases.ports import Ports
from moorage.usecases.uploads.initiate_layer_upload import InitiateLayerUpload, initiate_layer_upload
from moorage.usecases.uploads.upload_layer_part import UploadLayerPart, upload_layer_part
from moorage.wire.ecr._members import repository_of
from moorage.wire.operation import Handler, Members


def _initiate_layer_upload(members: Members, call: Call, ports: Ports) -> Members:
    initiated = initiate_layer_upload(InitiateLayerUpload(**repository_of(members, call)), ports)
    return {"uploadId": initiated.upload_id, "partSize": initiated.part_size_bytes}


def _upload_layer_part(members: Members, call: Call, ports: Ports) -> Members:
    command = UploadLayerPart(
        **repository_of(members, call),
        upload_id=members["uploadId"],
        first_byte=members["partFirstByte"],
        last_byte=members["partLastByte"],
        blob=members["layerPartBlob"],
    )
    uploaded = upload_layer_part(command, ports)
    return {
        "registryId": command.registry_id,
        "repositoryName": command.repository_name,
        "uploadId": command.upload_id,
        "lastByteReceived": uploaded.last_byte_received,
    }


def _complete_layer_upload(members: Members, call: Call, ports: Ports) -> Members:
    command = CompleteLayerUpload(
        **repository_of(members, call), upload_id=members["uploadId"], layer_digests=tuple(members["layerDigests"])
    )
    completed = complete_and_wait(command, ports)
    return {
        "registryId": completed.registry_id,
        "repositoryName": completed.repository_name,
        "uploadId": completed.upload_id,
        "layerDigest": str(completed.layer_digest),
    }


HANDLERS: dict[str, Handler[Members]] = {
    "CompleteLayerUpload": _complete_layer_upload,
    "InitiateLayerUpload": _initiate_layer_upload,
    "UploadLayerPart": _upload_layer_part,
}
