"""The commit: one transaction that makes the upload's bytes a layer. Concurrent commits of one layer are allowed."""

from dataclasses import dataclass, replace

from moorage.domain.digest import Digest
from moorage.domain.errors import RepositoryNotFoundError, UnavailableError, UploadNotFoundError
from moorage.domain.layer import DEFAULT_MEDIA_TYPE, Blob, Layer
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.completion._layer_source import LayerSource
from moorage.usecases.layers._confirm_layers import confirm_layers
from moorage.usecases.layers.mark_content_lost import mark_if_lost
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup

MAX_ROUNDS = 8
"""Maximum number of attempts to commit while others change the blob's record."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The result of an attempt.

    `is_decided` is False if another record than the upload's has changed: look it up and try again. Otherwise `head` is
    the upload as it is now: settled by this attempt or by another one, or still open with more bytes; None if it is
    gone. `closed` is the content that could not be linked to, because the collector has closed it.
    """

    is_decided: bool
    head: Upload | None
    closed: Blob | None = None


def store_and_commit(
    upload: Upload, digest: Digest, source: LayerSource, lookup: LayerLookup, ports: Ports
) -> Upload | None:
    """Store the source's object unless the registry has the content, and commit; again if another record changed.

    Returns the upload's head after that, settled by this or another request; None if it is gone. `lookup` may be out of
    date.

    Raises: RepositoryNotFoundError, UploadNotFoundError, UnavailableError, and what ensuring the object raises.
    """
    for _ in range(MAX_ROUNDS):
        lookup = look_at_object(lookup, ports)
        overtaken = source.ensure_stored() if needs_content(lookup) else None
        if overtaken:
            return overtaken.head
        commit = commit_layer(upload, digest, lookup, ports)
        if commit.is_decided:
            return commit.head
        lookup = look_up_again(upload, digest, commit, ports)
    raise UnavailableError


def look_up_again(upload: Upload, digest: Digest, commit: Commit, ports: Ports) -> LayerLookup:
    """What is known now, after a commit that was not decided."""
    lookup = ports.catalog.look_up(upload.repository, digest, upload.encryption)
    closed_key = commit.closed.object_key if commit.closed else None
    is_closed = lookup.blob is not None and lookup.blob.object_key == closed_key
    return replace(lookup, content_is_closed=is_closed)


def needs_content(lookup: LayerLookup) -> bool:
    """Whether a commit needs the upload's own object.

    It does if the registry does not have the content, has lost it, or may be about to remove it.
    """
    blob = lookup.blob
    return blob is None or blob.lost_at is not None or blob.expires_at is not None or lookup.content_is_closed


def look_at_object(lookup: LayerLookup, ports: Ports) -> LayerLookup:
    """The same lookup, with its blob marked as lost, here and in the records, if S3 does not have the object."""
    blob = lookup.blob
    if blob is None or needs_content(lookup):
        return lookup
    if not mark_if_lost(blob, ports):
        return lookup
    return replace(lookup, blob=replace(blob, lost_at=ports.now()))


def commit_layer(upload: Upload, digest: Digest, lookup: LayerLookup, ports: Ports) -> Commit:
    """Settle an open upload as COMPLETED, or as SUPERSEDED if the repository has the layer from another upload.

    If the lookup `needs_content`, the upload's object is there and hashes to `digest`.

    Raises: RepositoryNotFoundError; UploadNotFoundError if the name now belongs to another repository.
    """
    if lookup.repository is None:
        raise RepositoryNotFoundError(upload.repository)
    if lookup.repository.incarnation != upload.repository_incarnation:
        raise UploadNotFoundError(upload.ref)
    if lookup.layer is not None and not needs_content(lookup):
        if not confirm_layers([lookup.layer], ports):
            return Commit(is_decided=False, head=upload)
        return _supersede(upload, digest, ports)
    blob = _new_blob(upload, digest, ports) if lookup.blob is None or needs_content(lookup) else lookup.blob
    written = ports.catalog.commit(upload, _layer(upload, digest, ports), blob, found=lookup)
    if written.applied:
        return Commit(is_decided=True, head=replace(upload, status=UploadStatus.COMPLETED, digest=digest))
    closed = lookup.blob if written.content_is_closed else None
    return Commit(is_decided=written.current != upload, head=written.current, closed=closed)


def commit_new_layer(upload: Upload, digest: Digest, ports: Ports) -> Upload | None:
    """Commit an upload that has no record, whose object is there and hashes to `digest`, as new content.

    Returns the completed upload. None if that was refused: the layer or the content is there, the repository is gone,
    or somebody has written a record of the upload.

    Raises: UploadNotFoundError if the upload has expired: its object may be gone (domain/uploads/unrecorded.py).
    """
    if upload.has_expired(ports.now()):
        raise UploadNotFoundError(upload.ref)
    if not ports.catalog.commit_unrecorded(upload, _layer(upload, digest, ports), _new_blob(upload, digest, ports)):
        return None
    return replace(upload, status=UploadStatus.COMPLETED, digest=digest)


def _supersede(upload: Upload, digest: Digest, ports: Ports) -> Commit:
    written = ports.uploads.settle(upload, UploadStatus.SUPERSEDED, digest)
    superseded = replace(upload, status=UploadStatus.SUPERSEDED, digest=digest)
    return Commit(is_decided=True, head=superseded if written.applied else written.current)


def _layer(upload: Upload, digest: Digest, ports: Ports) -> Layer:
    return Layer(
        repository=upload.repository,
        digest=digest,
        size_bytes=upload.size_bytes,
        upload_id=upload.upload_id,
        created_at=ports.now(),
        media_type=upload.announced.media_type if upload.announced else DEFAULT_MEDIA_TYPE,
    )


def _new_blob(upload: Upload, digest: Digest, ports: Ports) -> Blob:
    return Blob(
        registry_id=upload.repository.registry_id,
        digest=digest,
        encryption=upload.encryption,
        object_key=upload.object_key,
        size_bytes=upload.size_bytes,
        verified_at=ports.now(),
    )
