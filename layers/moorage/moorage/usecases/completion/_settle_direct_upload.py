"""The end of an upload that went straight to S3: nothing of it is believed before the stored object was hashed."""

from moorage.domain.direct_upload import DirectDescriptor
from moorage.domain.errors import InvalidLayerError
from moorage.domain.upload import Upload, UploadStatus
from moorage.usecases.completion._commit_layer import commit_layer
from moorage.usecases.completion._join_direct_upload import join_direct_upload
from moorage.usecases.completion._link_to_content import ContentNeededError, contradiction, link_to_content
from moorage.usecases.completion._verify_upload import verify_upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup


def settle_direct_upload(
    upload: Upload,
    claim: DirectDescriptor,
    layer_digests: tuple[str, ...],
    lookup: LayerLookup,
    deadline: float,
    ports: Ports,
) -> Upload | None:
    """Verify and commit an open upload; returns its head as it then is (commit_layer.py).

    InvalidLayerError (the upload stays open if parts are missing, or if `layer_digests` is without the claimed one),
    EmptyUploadError, StoredPartsDamagedError, NoMultipartUploadError, and what verify_upload raises.
    """
    if str(claim.digest) not in layer_digests:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
    if failure := contradiction(claim, lookup):
        return _fail(upload, failure, ports)
    try:
        return link_to_content(upload, claim, lookup, ports)
    except ContentNeededError:
        return _verify_and_commit(upload, claim, deadline, ports)


def _verify_and_commit(upload: Upload, claim: DirectDescriptor, deadline: float, ports: Ports) -> Upload | None:
    etag = upload.verification.object_etag if upload.verification else None
    if etag is None:
        stored = join_direct_upload(upload, claim, ports)
        if stored.size_bytes != claim.size_bytes:
            return _fail(upload, f"The layer holds {stored.size_bytes} bytes instead of {claim.size_bytes}", ports)
        etag = stored.etag
    digest = verify_upload(upload, etag, deadline, ports)
    if digest != claim.digest:
        return _fail(upload, f"The layer hashes to {digest} instead of {claim.digest}", ports)
    lookup = ports.catalog.look_up(upload.repository, digest, upload.encryption)
    return commit_layer(upload, digest, lookup, _is_there, ports)


def _is_there() -> None:
    """The verified object is what the commit needs."""


def _fail(upload: Upload, failure: str, ports: Ports) -> Upload | None:
    """Close the upload for good; the reaper removes its object and tells why."""
    written = ports.uploads.settle(upload, UploadStatus.FAILED, failure=failure)
    if written.applied:
        raise InvalidLayerError(failure)
    return written.current
