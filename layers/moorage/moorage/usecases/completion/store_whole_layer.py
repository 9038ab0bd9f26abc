"""Store a layer that arrives whole, together with its digest: one PutObject that S3 verifies, then the commit.

    1. read the repository, unless this push has read it before
    2. PutObject with the SHA-256: S3 stores the object only if the bytes hash to it
    3. commit it as new content, without a record of the upload (docs/adr/0077)
    4. if that is refused, because the registry has the content or the repository has the layer: write the upload's
       record, and commit as every other upload does (_commit_layer.py)

The bytes are passed on as they arrive. A digest of sha512 is compared before 2, in memory. If neither a commit nor the
record is written, the object is collected later (domain/uploads/unrecorded.py).

AWS calls for new content: BatchGetItem unless skipped, PutObject, TransactWriteItems.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from moorage.domain.digest import SHA256, Digest
from moorage.domain.errors import (
    InvalidLayerError,
    LimitExceededError,
    RepositoryNotFoundError,
)
from moorage.domain.layer import DEFAULT_MEDIA_TYPE
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.domain.uploads.direct_upload import one_object
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.access.authorize import authorize
from moorage.usecases.completion._commit_layer import commit_new_layer, store_and_commit
from moorage.usecases.completion._hashed_source import HashedSource
from moorage.usecases.completion._layer_source import Rejected
from moorage.usecases.completion.complete_layer_upload import CompletedLayer, answer_of
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import PutOutcome
from moorage.usecases.ports.unrecorded import Recorded
from moorage.usecases.repositories._find_repository import find_repository
from moorage.usecases.uploads._create_upload import unrecorded_upload

ACTIONS = ("ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload")
"""What storing a whole layer takes: it is all of them at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreWholeLayer:
    """`chunks` are the layer's bytes, exactly `size_bytes` of them; they are read once.

    `known_repository` is the repository as this push has read it before: then it is not read again, and the commit
    notices a change.
    """

    repository: RepositoryId
    layer_digest: Digest
    size_bytes: int
    chunks: Iterable[bytes]
    media_type: str = DEFAULT_MEDIA_TYPE
    known_repository: Repository | None = None


def can_store_whole(digest: Digest, size_bytes: int, ports: Ports) -> bool:
    """Whether one PutObject can take such a layer; every other layer has to be sent in parts.

    S3 verifies sha256 only. For another algorithm, the layer is hashed in memory first, so it has to be small.
    """
    return size_bytes <= _max_bytes(digest, ports)


def store_whole_layer(command: StoreWholeLayer, ports: Ports) -> CompletedLayer:
    """Commit the layer.

    Raises: AccessDeniedError, RepositoryNotFoundError, UploadNotFoundError if the upload expired meanwhile,
    LayerAlreadyExistsError, InvalidLayerError if the bytes do not hash to the digest or
    are not `size_bytes`, LimitExceededError; and what reading the chunks raises.
    """
    _require_storable(command, ports)
    repository = command.known_repository or find_repository(command.repository, ports)
    for action in ACTIONS:
        authorize(repository.id, repository, ports, action)
    chunks, sha256 = _body(command)
    announced = one_object(command.layer_digest, command.size_bytes, command.media_type)
    upload = unrecorded_upload(repository, announced, ports)
    outcome = ports.content.put_object(upload, chunks, command.size_bytes, sha256)
    if outcome is PutOutcome.REFUSED:
        return _refuse(upload, InvalidLayerError.NO_MATCH, ports)
    source = HashedSource(upload, announced, ports, sha256=sha256, is_answered=outcome is PutOutcome.STORED)
    digest = source.digest()
    if isinstance(digest, Rejected):
        return _refuse(upload, digest.failure, ports)
    head = commit_new_layer(upload, digest, ports) or _commit_with_record(upload, digest, source, ports)
    return answer_of(CompleteLayerUpload(upload=upload.ref, layer_digests=(str(digest),)), head, ports)


def _require_storable(command: StoreWholeLayer, ports: Ports) -> None:
    max_bytes = _max_bytes(command.layer_digest, ports)
    if command.size_bytes > max_bytes:
        raise LimitExceededError(f"One request takes at most {max_bytes} bytes")


def _max_bytes(digest: Digest, ports: Ports) -> int:
    return ports.limits.max_put_bytes if digest.algorithm == SHA256 else ports.limits.stream_part_bytes


def _body(command: StoreWholeLayer) -> tuple[Iterable[bytes], bytes]:
    """The bytes and their SHA-256. Raises: InvalidLayerError if they are hashed here, and to another digest."""
    digest = command.layer_digest
    if digest.algorithm == SHA256:
        return _counted(command), bytes.fromhex(digest.hex)
    content = b"".join(_counted(command))
    if hashlib.new(digest.algorithm, content).hexdigest() != digest.hex:
        raise InvalidLayerError(InvalidLayerError.NO_MATCH)
    return [content] if content else [], hashlib.sha256(content).digest()


def _counted(command: StoreWholeLayer) -> Iterator[bytes]:
    """The chunks. Raises: InvalidLayerError if they end early or go on for too long."""
    read_bytes = 0
    for chunk in command.chunks:
        read_bytes += len(chunk)
        if read_bytes > command.size_bytes:
            raise InvalidLayerError(f"The body has more than the {command.size_bytes} bytes that were announced")
        yield chunk
    if read_bytes < command.size_bytes:
        raise InvalidLayerError(f"The body has {read_bytes} bytes instead of {command.size_bytes}")


def _commit_with_record(upload: Upload, digest: Digest, source: HashedSource, ports: Ports) -> Upload | None:
    recorded = ports.uploads.record(upload)
    if recorded is Recorded.COMMITTED:
        # The commit was written, and its answer was lost.
        return replace(upload, status=UploadStatus.COMPLETED, digest=digest)
    if recorded is Recorded.CLOSED:
        raise RepositoryNotFoundError(upload.repository)
    lookup = ports.catalog.look_up(upload.repository, digest, upload.encryption)
    return store_and_commit(upload, digest, source, lookup, ports)


def _refuse(upload: Upload, failure: str, ports: Ports) -> NoReturn:
    """Record the upload as failed, so that it is announced, and its object is collected if there is one."""
    ports.uploads.record(replace(upload, status=UploadStatus.FAILED, failure=failure))
    raise InvalidLayerError(failure)
