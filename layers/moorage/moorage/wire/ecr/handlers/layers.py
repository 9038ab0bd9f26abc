"""Handlers of ECR's operations on layers. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.domain.layer import Layer
from moorage.usecases.layers.batch_check_layer_availability import (
    BatchCheckLayerAvailability,
    batch_check_layer_availability,
)
from moorage.usecases.layers.get_download_url_for_layer import GetDownloadUrlForLayer, get_download_url_for_layer
from moorage.usecases.ports import Ports
from moorage.wire.ecr.handlers._members import repository_of
from moorage.wire.operation import Handler, Members


def _batch_check_layer_availability(members: Members, call: Call, ports: Ports) -> Members:
    asked = tuple(members["layerDigests"])
    query = BatchCheckLayerAvailability(repository=repository_of(members, call), layer_digests=asked)
    found = batch_check_layer_availability(query, ports)
    stored = [_stored(layer, "AVAILABLE") for layer in found.available]
    stored += [_stored(layer, "ARCHIVED") for layer in found.archived]
    missing = [{"layerDigest": text, "layerAvailability": "UNAVAILABLE"} for text in found.missing]
    failures = [
        {
            "layerDigest": text,
            "failureCode": "InvalidLayerDigest",
            "failureReason": "The layer digest is not an algorithm, a colon and hex digits of its length",
        }
        for text in found.malformed
    ]
    return {"layers": stored + missing, "failures": failures}


def _stored(layer: Layer, availability: str) -> Members:
    return {
        "layerDigest": str(layer.digest),
        "layerAvailability": availability,
        "layerSize": layer.size_bytes,
        "mediaType": layer.media_type,
    }


def _get_download_url_for_layer(members: Members, call: Call, ports: Ports) -> Members:
    query = GetDownloadUrlForLayer(repository=repository_of(members, call), layer_digest=members["layerDigest"])
    download = get_download_url_for_layer(query, ports)
    return {"downloadUrl": download.url, "layerDigest": download.layer_digest}


HANDLERS: dict[str, Handler[Members]] = {
    "BatchCheckLayerAvailability": _batch_check_layer_availability,
    "GetDownloadUrlForLayer": _get_download_url_for_layer,
}
