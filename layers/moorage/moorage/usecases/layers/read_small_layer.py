"""Read the content of a small layer, for clients that cannot follow a redirect to S3.

AWS calls: those of GetDownloadUrlForLayer, and GetObject.
"""

from dataclasses import dataclass

from moorage.domain.errors import LayersNotFoundError
from moorage.domain.layer import Blob
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import StoredPartsDamagedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSmallLayer:
    """A layer of a repository that the caller may read, with its content as found there."""

    repository: RepositoryId
    blob: Blob


def is_small(blob: Blob, ports: Ports) -> bool:
    """Whether answers may hold its content."""
    return blob.size_bytes <= ports.limits.proxy_blob_bytes


def read_small_layer(query: ReadSmallLayer, ports: Ports) -> bytes:
    """The content. Raises: LayersNotFoundError if it turns out to be lost, which is then on record."""
    blob = query.blob
    try:
        content = b"".join(ports.content.stream(blob.object_key, None))
    except StoredPartsDamagedError as error:
        ports.catalog.mark_lost(blob, ports.now())
        raise LayersNotFoundError(query.repository, [str(blob.digest)]) from error
    if len(content) != blob.size_bytes:
        ports.catalog.mark_lost(blob, ports.now())
        raise LayersNotFoundError(query.repository, [str(blob.digest)])
    return content
