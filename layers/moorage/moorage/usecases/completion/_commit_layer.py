"""The commit: one transaction that makes the upload's bytes a layer, whoever else is committing the same."""

from collections.abc import Callable
from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.errors import RepositoryNotFoundError, UnavailableError, UploadNotFoundError
from moorage.domain.layer import DEFAULT_MEDIA_TYPE, Blob, Layer
from moorage.domain.upload import Upload, UploadStatus
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup

MAX_ROUNDS = 8
"""Rounds in which others may change the blob's record under us before the caller is asked to come again."""


def commit_layer(
    upload: Upload, digest: Digest, lookup: LayerLookup, provide_content: Callable[[], object], ports: Ports
) -> Upload | None:
    """Settle an open upload as COMPLETED, or as SUPERSEDED if the repository has the layer from another upload.

    Returns the head as it then is: also as somebody else settled it meanwhile, or still open with more bytes than
    `upload` if a part came in between; None if it is gone. `provide_content` is called, once, if the registry has
    no such blob: when it returns, the upload's object is there and hashes to `digest`.

    RepositoryNotFoundError, UploadNotFoundError where the name is another repository's by now, UnavailableError,
    and what `provide_content` raises.
    """
    is_provided = False
    for _ in range(MAX_ROUNDS):
        if lookup.repository is None:
            raise RepositoryNotFoundError(upload.repository)
        if lookup.repository.incarnation != upload.repository_incarnation:
            raise UploadNotFoundError(upload.ref)
        if lookup.layer is not None:
            superseded = ports.uploads.settle(upload, UploadStatus.SUPERSEDED, digest)
            return (
                replace(upload, status=UploadStatus.SUPERSEDED, digest=digest)
                if superseded.applied
                else superseded.current
            )
        if lookup.blob is None and not is_provided:
            provide_content()
            is_provided = True
        blob = lookup.blob or _new_blob(upload, digest, ports)
        written = ports.catalog.commit(upload, _layer(upload, digest, ports), blob, links=lookup.blob is not None)
        if written.applied:
            return replace(upload, status=UploadStatus.COMPLETED, digest=digest)
        if written.current != upload:
            return written.current
        lookup = ports.catalog.look_up(upload.repository, digest, upload.encryption)
    raise UnavailableError


def _layer(upload: Upload, digest: Digest, ports: Ports) -> Layer:
    return Layer(
        repository=upload.repository,
        digest=digest,
        size_bytes=upload.size_bytes,
        upload_id=upload.upload_id,
        created_at=ports.now(),
        media_type=upload.claim.media_type if upload.claim else DEFAULT_MEDIA_TYPE,
    )


def _new_blob(upload: Upload, digest: Digest, ports: Ports) -> Blob:
    return Blob(
        registry_id=upload.repository.registry_id,
        digest=digest,
        encryption=upload.encryption,
        object_key=upload.object_key,
        size_bytes=upload.size_bytes,
        refs=1,
        verified_at=ports.now(),
    )
