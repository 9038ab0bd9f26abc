"""The end of an upload whose bytes came through UploadLayerPart: its digest was carried from part to part."""

from moorage.domain.digest import Digest
from moorage.domain.errors import EmptyUploadError, InvalidLayerError, LayerPartTooSmallError
from moorage.domain.upload import StoredPart, Upload
from moorage.usecases.completion._commit_layer import commit_layer
from moorage.usecases.completion._finish_object import finish_object
from moorage.usecases.completion._verify_upload import verify_upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup


def settle_relayed_upload(
    upload: Upload,
    parts: tuple[StoredPart, ...],
    layer_digests: tuple[str, ...],
    digest: Digest | None,
    lookup: LayerLookup,
    deadline: float,
    ports: Ports,
) -> Upload | None:
    """Commit an open upload; returns its head as it then is (commit_layer.py).

    `digest` is the carried one; None where the state was lost: then the stored object tells what was received.

    EmptyUploadError, LayerPartTooSmallError, InvalidLayerError, StoredPartsDamagedError, NoMultipartUploadError,
    and what verify_upload raises.
    """
    _require_completable(upload)
    if digest is None:
        stored = finish_object(upload, parts, None, ports)
        digest = verify_upload(upload, stored.etag, deadline, ports)
        lookup = ports.catalog.look_up(upload.repository, digest, upload.encryption)
        _require_match(digest, layer_digests)
        return commit_layer(upload, digest, lookup, lambda: stored, ports)
    _require_match(digest, layer_digests)
    return commit_layer(upload, digest, lookup, lambda: finish_object(upload, parts, digest, ports), ports)


def _require_completable(upload: Upload) -> None:
    if upload.received_bytes == 0:
        raise EmptyUploadError(upload.ref)
    if upload.has_short_part:
        raise LayerPartTooSmallError(upload.min_part_bytes)


def _require_match(digest: Digest, layer_digests: tuple[str, ...]) -> None:
    if str(digest) not in layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
