"""The end of a session: its last bytes, which may be all of them, become a layer of the repository.

A blob that comes whole, with its length, is stored by one PutObject that S3 verifies; no part is ever written for it.
Everything else is appended first, and then completed like an upload of the ECR API.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace

from moorage.domain.digest import HEX_LENGTHS, Digest
from moorage.domain.errors import InvalidLayerError, LayerAlreadyExistsError, UploadNotFoundError
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_and_wait import complete_and_wait
from moorage.usecases.completion.store_whole_layer import StoreWholeLayer, can_store_whole, store_whole_layer
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository
from moorage.usecases.uploads.append_stream import AppendStream, append_stream

_DIGESTS_OF_NOTHING = frozenset(Digest.of_hash(hashlib.new(algorithm).digest()) for algorithm in HEX_LENGTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteSession:
    """`last_bytes` are what comes with the completion; `digest` is that of the whole blob."""

    last_bytes: AppendStream
    digest: Digest


def complete_session(command: CompleteSession, ports: Ports) -> None:
    """Make the blob a layer; a layer that is there already is as good.

    Raises: RepositoryNotFoundError, UploadNotFoundError, InvalidLayerError for another digest, InvalidLayerPartError,
    LimitExceededError, UnavailableError; and what reading the bytes raises.
    """
    with suppress(LayerAlreadyExistsError):
        if _comes_whole(command, ports):
            _store_whole(command, ports)
        else:
            _complete(command, ports)


def _comes_whole(command: CompleteSession, ports: Ports) -> bool:
    """Whether nothing was sent before. An empty body ends an upload, unless an empty blob is what is pushed."""
    last = command.last_bytes
    if last.session.received_bytes or last.first_byte:
        return False
    if command.digest in _DIGESTS_OF_NOTHING:
        return not last.size_bytes
    return bool(last.size_bytes) and can_store_whole(command.digest, last.size_bytes or 0, ports)


def _store_whole(command: CompleteSession, ports: Ports) -> None:
    last, upload = command.last_bytes, command.last_bytes.session.upload
    # A policy that was set since the session began counts.
    repository = last.session.known_repository or find_repository(upload.repository, ports)
    if repository.incarnation != last.session.incarnation:
        raise UploadNotFoundError(upload)
    whole = StoreWholeLayer(
        repository=upload.repository,
        layer_digest=command.digest,
        size_bytes=last.size_bytes or 0,
        chunks=last.chunks,
        known_repository=repository,
    )
    store_whole_layer(whole, ports)


def _complete(command: CompleteSession, ports: Ports) -> None:
    # If nothing was sent before, the digest that is named now says how to hash.
    started = replace(command.last_bytes.session, algorithm=command.digest.algorithm)
    completion = CompleteLayerUpload(upload=started.upload, layer_digests=(str(command.digest),))
    try:
        session = append_stream(replace(command.last_bytes, session=started), ports)
    except UploadNotFoundError:
        # It takes no more bytes. If the same request completed it before, it gets the same answer again.
        complete_and_wait(completion, ports)
        return
    try:
        complete_and_wait(completion, ports)
    except UploadNotFoundError as error:
        if session.received_bytes == 0:
            # Nothing was ever sent, and this is not the digest of nothing.
            raise InvalidLayerError(InvalidLayerError.NO_MATCH) from error
        raise
