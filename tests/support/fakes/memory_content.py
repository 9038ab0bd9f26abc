"""Layer bytes in memory, with the checks that S3 makes."""

import hashlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import md5, sha256
from itertools import count
from threading import RLock

from moorage.domain.layer import Blob
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.relay_progress import StoredPart, Tail
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import NoMultipartUploadError, PutOutcome, StoredObject, StoredPartsDamagedError

MAX_PART_NUMBER = 10_000
CHUNK_BYTES = 7
"""Bytes that `stream` yields at a time: few, so that small objects come in many chunks."""


@dataclass(frozen=True)
class MemoryObject:
    """An object; `parts_sha256` as S3 keeps it for multipart uploads with SHA-256 checksums."""

    body: bytes
    etag: str
    encryption: Encryption
    parts_sha256: bytes | None = None
    sha256: bytes | None = None


@dataclass
class MemoryMultipart:
    """An open multipart upload: part number → bytes."""

    object_key: str
    encryption: Encryption
    parts: dict[int, bytes] = field(default_factory=dict)


@dataclass
class MemoryContent:
    """Implements the port `ContentStore`. `keeps_checksums=False` is a store that forgets them, as some do."""

    min_part_bytes: int
    keeps_checksums: bool = True
    objects: dict[str, MemoryObject] = field(default_factory=dict)
    multiparts: dict[str, MemoryMultipart] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def relay_key(self, registry_id: str, upload_id: str) -> str:
        return f"blobs/{registry_id}/{upload_id}"

    def whole_key(self, registry_id: str, upload_id: str, day: str) -> str:
        return f"blobs/{registry_id}/whole/memory/{upload_id[0]}/{day}/{upload_id}"

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        with self.lock:
            multipart_id = f"multipart-{next(self._ids)}"
            self.multiparts[multipart_id] = MemoryMultipart(object_key, encryption)
            return multipart_id

    def put_part(self, upload: Upload, number: int, body: bytes | bytearray, sha256: bytes) -> str:
        _require_hash(body, sha256)
        if not 1 <= number <= MAX_PART_NUMBER:
            raise ValueError(f"S3 has no part number {number}")
        with self.lock:
            if upload.multipart_id not in self.multiparts:
                raise NoMultipartUploadError(upload.upload_id)
            self.multiparts[upload.multipart_id].parts[number] = bytes(body)
            return _etag(body)

    def complete_multipart(self, upload: Upload, parts: Sequence[StoredPart]) -> StoredObject:
        with self.lock:
            multipart = self.multiparts.get(upload.multipart_id)
            if multipart is None or upload.object_key in self.objects:
                raise NoMultipartUploadError(upload.upload_id)
            self._require_these(multipart, parts)
            del self.multiparts[upload.multipart_id]
            hashes = sha256(b"".join(part.sha256 for part in parts)).digest()
            self.objects[multipart.object_key] = MemoryObject(
                b"".join(multipart.parts[part.part_number] for part in parts),
                f'"{md5(hashes).hexdigest()}-{len(parts)}"',
                multipart.encryption,
                hashes if self.keeps_checksums else None,
            )
            return self._described(upload.object_key)

    def _require_these(self, multipart: MemoryMultipart, parts: Sequence[StoredPart]) -> None:
        # Where parts carry a SHA-256, S3 wants their numbers without a gap.
        if not parts or [part.part_number for part in parts] != list(range(1, len(parts) + 1)):
            raise StoredPartsDamagedError("MalformedXML or InvalidPartOrder")
        for part in parts:
            body = multipart.parts.get(part.part_number)
            if body is None or (_etag(body), sha256(body).digest()) != (part.etag, part.sha256):
                raise StoredPartsDamagedError("InvalidPart")
            if len(body) < self.min_part_bytes and part is not parts[-1]:
                raise StoredPartsDamagedError("EntityTooSmall")

    def put_object(self, upload: Upload, chunks: Iterable[bytes], size_bytes: int, sha256: bytes) -> PutOutcome:
        body = b"".join(chunks)
        assert len(body) == size_bytes
        if hashlib.sha256(body).digest() != sha256:
            return PutOutcome.REFUSED
        with self.lock:
            if upload.object_key in self.objects:
                return PutOutcome.EXISTS
            kept = sha256 if self.keeps_checksums else None
            self.objects[upload.object_key] = MemoryObject(body, _etag(body), upload.encryption, sha256=kept)
        return PutOutcome.STORED

    def head(self, object_key: str) -> StoredObject | None:
        with self.lock:
            return self._described(object_key) if object_key in self.objects else None

    def _described(self, object_key: str) -> StoredObject:
        found = self.objects[object_key]
        return StoredObject(len(found.body), found.etag, found.parts_sha256, found.sha256)

    def stream(self, object_key: str, etag: str | None, first_byte: int = 0) -> Generator[bytes, None, None]:
        found = self.objects.get(object_key)
        if found is None or etag not in (None, found.etag):
            raise StoredPartsDamagedError(object_key)
        for start in range(first_byte, len(found.body), CHUNK_BYTES):
            yield found.body[start : start + CHUNK_BYTES]

    def put_tail(self, upload: Upload, number: int, body: bytes | bytearray, sha256: bytes) -> Tail:
        _require_hash(body, sha256)
        key = f"tails/{upload.repository.registry_id}/{upload.upload_id}/{number:05}"
        with self.lock:
            self.objects[key] = MemoryObject(bytes(body), _etag(body), upload.encryption)
        return Tail(key, len(body), sha256)

    def get_tail(self, tail: Tail) -> bytes:
        found = self.objects.get(tail.object_key)
        if found is None or sha256(found.body).digest() != tail.sha256:
            raise StoredPartsDamagedError(tail.object_key)
        return found.body

    def download_url(self, blob: Blob) -> str:
        return f"memory://{blob.object_key}"


def _etag(body: bytes | bytearray) -> str:
    return f'"{md5(body).hexdigest()}"'


def _require_hash(body: bytes | bytearray, expected: bytes) -> None:
    if sha256(body).digest() != expected:
        raise ValueError("BadDigest: the bytes do not hash to the sha256 that came with them")
