"""The record of an upload without a multipart upload: its layer is one object, or content that the registry has."""

from moorage.domain.digest import Digest
from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.direct_upload import DirectDescriptor
from moorage.domain.uploads.upload import Upload, UploadMode, UploadRef
from moorage.usecases.ports import Ports


def create_whole_upload(
    repository: Repository, digest: Digest, size_bytes: int, media_type: str, ports: Ports, *, is_direct: bool = False
) -> tuple[Upload, DirectDescriptor]:
    """Write it. Every attempt has an upload of its own, so that no object key is used twice.

    `is_direct`: the client sends the object, and S3's event completes it.

    Raises: RepositoryNotFoundError if the repository's deletion has begun.
    """
    upload_id, now = ports.new_id(), ports.now()
    announced = DirectDescriptor(
        digest=digest, size_bytes=size_bytes, part_size_bytes=max(size_bytes, 1), media_type=media_type
    )
    key_of = ports.direct.direct_key if is_direct else ports.content.relay_key
    upload = Upload(
        ref=UploadRef(repository.id, upload_id),
        repository_incarnation=repository.incarnation,
        encryption=repository.encryption,
        object_key=key_of(repository.registry_id, upload_id),
        multipart_id="",
        initiated_at=now,
        initiator=ports.access.subject,
        expires_at=int(now) + ports.limits.upload_lifetime_seconds,
        mode=UploadMode.WHOLE,
        claim=announced,
    )
    if not ports.uploads.create(upload):
        raise RepositoryNotFoundError(repository.id)
    return upload, announced
