"""S3 as clients of direct uploads see it, over the same multipart uploads and objects as MemoryContent."""

from collections.abc import Iterator
from hashlib import md5, sha256
from itertools import islice

from moorage.domain.errors import UnavailableError
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.direct_upload import PartRange
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.content import NoMultipartUploadError, StoredObject
from moorage.usecases.ports.verification import ReceivedByS3, SignedRequest

from tests.support.fakes.memory_content import MemoryContent, MemoryMultipart, MemoryObject

PREFIX = "direct/"


class MemoryDirect:
    """Implements the port `DirectStore`."""

    def __init__(self, content: MemoryContent) -> None:
        self.content = content

    def direct_key(self, registry_id: str, upload_id: str) -> str:
        return f"{PREFIX}{registry_id}/{upload_id}"

    def upload_of(self, object_key: str) -> str | None:
        return object_key.rpartition("/")[2] if object_key.startswith(PREFIX) else None

    def create_multipart(self, object_key: str, encryption: Encryption) -> str:
        return self.content.create_multipart(object_key, encryption)

    def part_url(self, upload: Upload, part: PartRange) -> str:
        return f"memory://{upload.object_key}?part={part.number}&bytes={part.size_bytes}"

    def completion_request(self, upload: Upload) -> SignedRequest:
        return SignedRequest(f"memory://{upload.object_key}?finish", {"If-None-Match": "*"})

    def put_request(self, upload: Upload, sha256: bytes, size_bytes: int) -> SignedRequest:
        return SignedRequest(f"memory://{upload.object_key}?bytes={size_bytes}", {"x-sha256": sha256.hex()})

    def send(self, upload: Upload, number: int, body: bytes) -> None:
        """What a client does with a part's URL."""
        with self.content.lock:
            self._multipart(upload).parts[number] = body

    def list_parts(self, upload: Upload, after_number: int = 0, limit: int | None = None) -> Iterator[ReceivedByS3]:
        with self.content.lock:
            parts = sorted(self._multipart(upload).parts.items())
        found = (
            ReceivedByS3(number, _etag(body), len(body), sha256(body).digest())
            for number, body in parts
            if number > after_number
        )
        yield from islice(found, limit)

    def complete_multipart(self, upload: Upload, parts: list[ReceivedByS3]) -> StoredObject:
        with self.content.lock:
            multipart = self._multipart(upload)
            bodies = [multipart.parts.get(part.number, b"") for part in parts]
            if [_etag(body) for body in bodies] != [part.etag for part in parts]:
                raise UnavailableError
            del self.content.multiparts[upload.multipart_id]
            body = b"".join(bodies)
            etag = f'"{md5(body).hexdigest()}-{len(parts)}"'
            self.content.objects[upload.object_key] = MemoryObject(body, etag, multipart.encryption)
            return StoredObject(len(body), etag)

    def _multipart(self, upload: Upload) -> MemoryMultipart:
        if upload.multipart_id not in self.content.multiparts:
            raise NoMultipartUploadError(upload.upload_id)
        return self.content.multiparts[upload.multipart_id]


def _etag(body: bytes) -> str:
    return f'"{md5(body).hexdigest()}"'
