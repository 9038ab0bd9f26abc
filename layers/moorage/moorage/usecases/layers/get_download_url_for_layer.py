"""GetDownloadUrlForLayer: a presigned URL of the content."""

from dataclasses import dataclass

from moorage.domain.digest import HEX_LENGTHS, parse_digest
from moorage.domain.errors import LayerInaccessibleError, LayersNotFoundError
from moorage.domain.layer import Blob
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers._archived_layers import archived_layers
from moorage.usecases.layers._look_up_layer import look_up_layer
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class GetDownloadUrlForLayer:
    """The layer's digest, as the caller wrote it."""

    repository: RepositoryId
    layer_digest: str


@dataclass(frozen=True, slots=True)
class LayerDownload:
    """`url` needs no further credentials, for a limited time; `blob` is the content that it leads to."""

    url: str
    layer_digest: str
    blob: Blob


def get_download_url_for_layer(query: GetDownloadUrlForLayer, ports: Ports) -> LayerDownload:
    """Sign a URL.

    Raises: RepositoryNotFoundError, LayersNotFoundError (also if the content has no record, or is known to be lost),
    LayerInaccessibleError if only archived images use the layer.
    """
    digest = parse_digest(query.layer_digest, HEX_LENGTHS)
    if digest is None:
        find_repository(query.repository, ports)
        raise LayersNotFoundError(query.repository, [query.layer_digest])
    repository, lookup = look_up_layer(query.repository, digest, ports)
    if lookup.layer is None or lookup.blob is None or not lookup.has_content:
        raise LayersNotFoundError(repository.id, [query.layer_digest])
    if archived_layers(repository, [digest], ports):
        raise LayerInaccessibleError(repository.id, query.layer_digest)
    return LayerDownload(ports.content.download_url(lookup.blob), query.layer_digest, lookup.blob)
