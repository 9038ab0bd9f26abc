"""The checksums that S3 answers for an object.

S3 calls a SHA-256 FULL_OBJECT if it is the hash of all bytes, and COMPOSITE if it is the hash over the hashes of the
parts. A composite one ends in `-` and the number of parts, and so does the ETag of every object that was uploaded in
parts. Some stores answer no type, and some leave the end out (S3 API Reference, HeadObject).
"""

from base64 import b64decode
from typing import Any

from moorage.usecases.ports.content import StoredObject

FULL_OBJECT = "FULL_OBJECT"


def stored_object(answer: Any) -> StoredObject:
    """The object of a HeadObject that asked for checksums."""
    size_bytes, etag = answer["ContentLength"], answer["ETag"]
    text, separator, _ = answer.get("ChecksumSHA256", "").partition("-")
    if not text:
        return StoredObject(size_bytes, etag)
    checksum = b64decode(text)
    is_of_whole_object = not separator and "-" not in etag and answer.get("ChecksumType", FULL_OBJECT) == FULL_OBJECT
    if is_of_whole_object:
        return StoredObject(size_bytes, etag, sha256=checksum)
    return StoredObject(size_bytes, etag, parts_sha256=checksum)
