"""The record of an upload, for every way in which bytes get into S3.

S3 first: if the record is then not written, no record knows the multipart upload, and the bucket's lifecycle
aborts it.
"""

from typing import Any

from moorage.domain.digest import SHA256
from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.direct_upload import DirectDescriptor
from moorage.domain.uploads.relay_progress import RelayProgress, Reservation
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.unrecorded import day_of
from moorage.domain.uploads.upload import Upload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.access.authorize import initiator_of
from moorage.usecases.ports import Ports


def create_relayed_upload(
    repository: Repository,
    upload_id: str,
    ports: Ports,
    *,
    min_part_bytes: int,
    expires_at: int | None = None,
    reservation: Reservation | None = None,
    algorithm: str = SHA256,
) -> Upload:
    """An upload whose parts come through us. `algorithm` is that of the digest which is carried from part to part.

    With a `reservation`, the first place in the layer is reserved, and the attempt is counted.

    Raises: RepositoryNotFoundError, InconsistentRecordsError if the id is another upload's.
    """
    object_key = ports.content.relay_key(repository.registry_id, upload_id)
    multipart_id = ports.content.create_multipart(object_key, repository.encryption)
    attempts = 1 if reservation else 0
    return _create(
        repository,
        RelayProgress(min_part_bytes=min_part_bytes, reservation=reservation, attempts=attempts),
        ports,
        upload_id=upload_id,
        object_key=object_key,
        multipart_id=multipart_id,
        initiator=initiator_of(repository, ports),
        expires_at=expires_at,
        hash_state=None if algorithm == SHA256 else HashState(algorithm),
    )


def create_direct_upload(repository: Repository, announced: DirectDescriptor, ports: Ports) -> Upload:
    """An upload whose parts the client sends to S3. Raises: RepositoryNotFoundError."""
    upload_id = ports.new_id()
    object_key = ports.direct.direct_key(repository.registry_id, upload_id)
    multipart_id = ports.direct.create_multipart(object_key, repository.encryption)
    return _create(repository, announced, ports, upload_id=upload_id, object_key=object_key, multipart_id=multipart_id)


def create_whole_upload(
    repository: Repository, announced: DirectDescriptor, ports: Ports, *, is_direct: bool = False
) -> Upload:
    """An upload without a multipart upload: its layer is one object, or content that the registry has.

    Every attempt has an upload of its own, so that no object key is used twice. `is_direct`: the client sends the
    object, and S3's event completes it.

    Raises: RepositoryNotFoundError if the repository's deletion has begun.
    """
    upload_id = ports.new_id()
    key_of = ports.direct.direct_key if is_direct else ports.content.relay_key
    object_key = key_of(repository.registry_id, upload_id)
    return _create(repository, announced, ports, upload_id=upload_id, object_key=object_key, multipart_id="")


def unrecorded_upload(repository: Repository, announced: DirectDescriptor, ports: Ports) -> Upload:
    """An upload whose layer comes in this request, through us. It has no record (domain/uploads/unrecorded.py)."""
    upload_id = ports.new_id()
    object_key = ports.content.whole_key(repository.registry_id, upload_id, day_of(ports.now()))
    return _new(repository, announced, ports, upload_id=upload_id, object_key=object_key, multipart_id="")


def _create(repository: Repository, transfer: RelayProgress | DirectDescriptor, ports: Ports, **members: Any) -> Upload:
    upload = _new(repository, transfer, ports, **members)
    if not ports.uploads.create(upload):
        raise RepositoryNotFoundError(repository.id)
    return upload


def _new(
    repository: Repository,
    transfer: RelayProgress | DirectDescriptor,
    ports: Ports,
    *,
    upload_id: str,
    object_key: str,
    multipart_id: str,
    initiator: str | None = None,
    expires_at: int | None = None,
    hash_state: HashState | None = None,
) -> Upload:
    now = ports.now()
    return Upload(
        ref=UploadRef(repository.id, upload_id),
        repository_incarnation=repository.incarnation,
        encryption=repository.encryption,
        object_key=object_key,
        multipart_id=multipart_id,
        initiated_at=now,
        initiator=ports.access.subject if initiator is None else initiator,
        expires_at=expires_at or int(now) + ports.limits.upload_lifetime_seconds,
        transfer=transfer,
        hash_state=hash_state,
    )
