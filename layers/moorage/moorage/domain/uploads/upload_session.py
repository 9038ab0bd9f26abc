"""A session of the OCI protocol: a signed upload id, so that starting a session writes no record (docs/adr/0061).

    session     base64url of: payload, mac
    payload     upload id (16 bytes), expires_at (8 bytes), received_bytes (8 bytes), the repository's incarnation
                (16 bytes), 2 bytes of flags: 2 for sha512; numbers are big-endian
    mac         the first 16 bytes of HMAC-SHA256 over "moorage-session", the repository and the payload

1. An upload id comes from this registry only. A client that could choose one could choose an object's key
   (adapters/s3/keys.py), and a key must never be used twice.
2. A session is valid in the one repository for which it was signed.
3. `expires_at` is also the upload record's. A session ends before its record can be removed, so no session can begin
   an upload a second time.
4. A session grants nothing: each request that stores or commits bytes reads the repository and its policies, or the
   upload that was begun under them.
5. `received_bytes` is what the client was told. 0 means that no record may exist yet.
"""

import base64
import binascii
import hmac
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from moorage.domain.digest import SHA256, SHA512
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.token import TokenKey
from moorage.domain.uploads.upload_ref import UploadRef

_PAYLOAD = struct.Struct(">16sQQ16sH")
_MAC_BYTES = 16
_SHA512 = 2
_TEXT_LENGTH = 88
_PURPOSE = b"moorage-session"
"""Keeps these signatures apart from those of tokens, which the same key signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSession:
    """`expires_at` is in epoch seconds; `received_bytes` is the length of the blob so far, as the client knows it."""

    upload: UploadRef
    expires_at: int
    received_bytes: int = 0
    incarnation: str
    algorithm: str = SHA256
    """That of the digest which the client is going to name, as far as it said so."""
    known_repository: Repository | None = None
    """The repository as this request has read it. It is not part of the text: a later request reads it again."""


def sign_session(session: UploadSession, key: TokenKey) -> str:
    """The session as text: 88 characters that need no escaping in a URL. Raises: ValueError if an id is not a UUID."""
    payload = _PAYLOAD.pack(
        uuid.UUID(session.upload.upload_id).bytes,
        session.expires_at,
        session.received_bytes,
        uuid.UUID(session.incarnation).bytes,
        (session.algorithm == SHA512) * _SHA512,
    )
    return base64.urlsafe_b64encode(payload + _mac(payload, session.upload.repository, key)).decode()


def read_session(text: str, repository: RepositoryId, keys: Sequence[TokenKey], now: float) -> UploadSession | None:
    """The session, if one of these keys signed it for this repository and it has not expired; otherwise None."""
    if len(text) != _TEXT_LENGTH or not text.isascii():
        return None
    try:
        raw = binascii.a2b_base64(text.translate(str.maketrans("-_", "+/")), strict_mode=True)
    except ValueError:
        return None
    payload, mac = raw[: _PAYLOAD.size], raw[_PAYLOAD.size :]
    if not any(hmac.compare_digest(_mac(payload, repository, key), mac) for key in keys):
        return None
    upload_id, expires_at, received_bytes, incarnation, flags = _PAYLOAD.unpack(payload)
    session = UploadSession(
        upload=UploadRef(repository, str(uuid.UUID(bytes=upload_id))),
        expires_at=expires_at,
        received_bytes=received_bytes,
        incarnation=str(uuid.UUID(bytes=incarnation)),
        algorithm=SHA512 if flags & _SHA512 else SHA256,
    )
    return session if session.expires_at > now else None


def _mac(payload: bytes, repository: RepositoryId, key: TokenKey) -> bytes:
    message = b"\0".join((_PURPOSE, str(repository).encode(), payload))
    return hmac.digest(key.secret, message, "sha256")[:_MAC_BYTES]
