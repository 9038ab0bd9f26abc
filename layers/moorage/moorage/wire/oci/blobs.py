"""Handlers of the OCI protocol for blobs: HEAD, GET and DELETE. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.usecases.layers.delete_layer import DeleteLayer, delete_layer
from moorage.usecases.layers.find_layer import FindLayer, find_layer
from moorage.usecases.layers.get_download_url_for_layer import GetDownloadUrlForLayer, get_download_url_for_layer
from moorage.usecases.layers.read_small_layer import ReadSmallLayer, is_small, read_small_layer
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpResponse
from moorage.wire.oci._members import OciAnswer, length_headers, repository_of, shape
from moorage.wire.operation import Members, Operation
from moorage.wire.ranges import ranged

CONTENT_TYPE = "application/octet-stream"


def _get_blob_properties(members: Members, call: Call, ports: Ports) -> OciAnswer:
    """Answered by us: a URL that is signed for GET does not answer HEAD."""
    layer = find_layer(FindLayer(repository=repository_of(members, call), digest=members["layerDigest"]), ports)
    headers = {
        "Accept-Ranges": "bytes",
        **length_headers(layer.size_bytes),
        "Content-Type": CONTENT_TYPE,
        "Docker-Content-Digest": str(layer.digest),
    }
    return OciAnswer(HttpResponse(200, "", headers))


def _get_blob(members: Members, call: Call, ports: Ports) -> OciAnswer:
    query = GetDownloadUrlForLayer(repository=repository_of(members, call), layer_digest=str(members["layerDigest"]))
    download = get_download_url_for_layer(query, ports)
    named = {"Docker-Content-Digest": download.layer_digest}
    if not is_small(download.blob, ports):
        return OciAnswer(HttpResponse(307, "", {**named, "Location": download.url}))
    content = read_small_layer(ReadSmallLayer(repository=query.repository, blob=download.blob), ports)
    headers = {**named, "Accept-Ranges": "bytes", "Content-Type": CONTENT_TYPE}
    return OciAnswer(ranged(content, members.get("Range"), headers))


def _delete_blob(members: Members, call: Call, ports: Ports) -> OciAnswer:
    digest = members["layerDigest"]
    delete_layer(DeleteLayer(repository=repository_of(members, call), digest=digest), ports)
    return OciAnswer(HttpResponse(202, ""), {"layerDigest": str(digest)})


_INPUT = shape("repositoryName", "layerDigest")
_GET_INPUT = shape("repositoryName", "layerDigest", optional=("Range",))
OPERATIONS = (
    Operation("GetBlobProperties", _INPUT, _get_blob_properties, frozenset(), "ecr:BatchCheckLayerAvailability"),
    Operation(
        "GetBlob",
        shape("repositoryName", "layerDigest", optional=("Range",)),
        _get_blob,
        frozenset(),
        "ecr:GetDownloadUrlForLayer",
    ),
    Operation("DeleteBlob", _INPUT, _delete_blob, frozenset(), "ecr:BatchDeleteImage"),
)
