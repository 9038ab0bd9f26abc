"""The record of an upload whose bytes come through us, and its multipart upload in S3."""

from moorage.domain.digest import SHA256
from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Reservation, Upload, UploadRef
from moorage.usecases.access.authorize import initiator_of
from moorage.usecases.ports import Ports


def create_upload(
    repository: Repository,
    upload_id: str,
    ports: Ports,
    *,
    min_part_bytes: int,
    expires_at: int | None = None,
    reservation: Reservation | None = None,
    algorithm: str = SHA256,
) -> Upload:
    """Create both. `algorithm` is that of the digest which is carried from part to part.

    With a `reservation`, the first place in the layer is reserved, and the attempt is counted.

    S3 first: if the record is then not written, the multipart upload is one that no record knows, and the bucket's
    lifecycle aborts it.
    Raises: RepositoryNotFoundError, InconsistentRecordsError if the id is another upload's.
    """
    object_key = ports.content.relay_key(repository.registry_id, upload_id)
    now = ports.now()
    upload = Upload(
        ref=UploadRef(repository.id, upload_id),
        repository_incarnation=repository.incarnation,
        encryption=repository.encryption,
        object_key=object_key,
        multipart_id=ports.content.create_multipart(object_key, repository.encryption),
        initiated_at=now,
        initiator=initiator_of(repository, ports),
        min_part_bytes=min_part_bytes,
        expires_at=expires_at or int(now) + ports.limits.upload_lifetime_seconds,
        reservation=reservation,
        attempts=1 if reservation else 0,
        hash_state=None if algorithm == SHA256 else HashState(algorithm),
    )
    if not ports.uploads.create(upload):
        raise RepositoryNotFoundError(repository.id)
    return upload
