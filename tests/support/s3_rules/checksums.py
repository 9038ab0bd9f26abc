"""Rules of checksums (User Guide: Checking object integrity; API Reference: UploadPart, CompleteMultipartUpload)."""

import hashlib
from unittest import mock

from botocore.exceptions import ClientError

from tests.support.s3_rules.multipart import LARGE, SHORT
from tests.support.s3_rules.rule import ACCEPTED, Store, md5_of, rule, sha256_of

OTHER_SHA256, OTHER_CRC32 = sha256_of(b"other"), "AAAAAA=="


@rule("BadDigest")
def sha256_of_a_part(store: Store) -> str:
    """A part whose bytes do not hash to its SHA-256 is refused."""
    store.create_multipart(ChecksumAlgorithm="SHA256").put(1, SHORT, ChecksumSHA256=OTHER_SHA256)
    return ACCEPTED


@rule("BadDigest")
def crc_of_a_part(store: Store) -> str:
    """A part whose bytes do not have its CRC32 is refused."""
    store.create_multipart(ChecksumAlgorithm="CRC32").put(1, SHORT, ChecksumCRC32=OTHER_CRC32)
    return ACCEPTED


@rule("BadDigest")
def md5_of_a_part(store: Store) -> str:
    """A part whose bytes do not hash to its Content-MD5 is refused."""
    store.create_multipart().put(1, SHORT, ContentMD5=md5_of(b"other"))
    return ACCEPTED


@rule("InvalidDigest")
def a_md5_that_is_none(store: Store) -> str:
    """A Content-MD5 that is not the Base64 of 16 bytes is refused."""
    store.put(ContentMD5="no MD5")
    return ACCEPTED


@rule("InvalidRequest")
def a_sha256_that_is_none(store: Store) -> str:
    """A checksum that is not the Base64 of as many bytes as it has is refused."""
    store.put(ChecksumSHA256="no SHA-256")
    return ACCEPTED


@rule("BadDigest")
def sha256_of_an_object(store: Store) -> str:
    """A PutObject whose bytes do not hash to its SHA-256 is refused."""
    store.put(ChecksumSHA256=OTHER_SHA256)
    return ACCEPTED


@rule("BadDigest")
def md5_of_an_object(store: Store) -> str:
    """A PutObject whose bytes do not hash to its Content-MD5 is refused."""
    store.put(ContentMD5=md5_of(b"other"))
    return ACCEPTED


@rule("404")
def a_refused_object_is_not_stored(store: Store) -> str:
    """A PutObject that is refused for its SHA-256 leaves no object."""
    key = store.new_key()
    try:
        store.put(key, ChecksumSHA256=OTHER_SHA256)
    except ClientError:
        store.head(key)
    return ACCEPTED


@rule("InvalidRequest")
def parts_have_the_uploads_checksum(store: Store) -> str:
    """If an upload was created with SHA-256, each part has one."""
    store.create_multipart(ChecksumAlgorithm="SHA256").put(1, SHORT)
    return ACCEPTED


@rule("InvalidRequest")
def parts_have_no_other_checksum(store: Store) -> str:
    """If an upload was created with SHA-256, no part has a checksum of another kind."""
    store.create_multipart(ChecksumAlgorithm="SHA256").put(1, SHORT, ChecksumAlgorithm="CRC32")
    return ACCEPTED


@rule("InvalidPart")
def the_completion_repeats_sha256s(store: Store) -> str:
    """A completion that lists a part with another SHA-256 is refused."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    part = upload.put(1, SHORT, ChecksumSHA256=sha256_of(SHORT))
    return upload.complete([{**part, "ChecksumSHA256": OTHER_SHA256}])


@rule("InvalidRequest")
def the_completion_lists_sha256s(store: Store) -> str:
    """If an upload was created with SHA-256, a completion that lists a part without it is refused."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    part = upload.put(1, SHORT, ChecksumSHA256=sha256_of(SHORT))
    del part["ChecksumSHA256"]
    return upload.complete([part])


@rule("COMPOSITE, the hash of the hashes-2")
def a_composite_sha256(store: Store) -> str:
    """The SHA-256 of a multipart object is COMPOSITE: the hash of the parts' hashes, and the number of parts."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    upload.complete([upload.put(n, body, ChecksumSHA256=sha256_of(body)) for n, body in ((1, LARGE), (2, SHORT))])
    found = store.head(upload.key)
    joined = b"".join(hashlib.sha256(body).digest() for body in (LARGE, SHORT))
    kept = found.get("ChecksumSHA256", "none").replace(sha256_of(joined), "the hash of the hashes")
    return f"{found.get('ChecksumType', 'no type')}, {kept}"


@rule("FULL_OBJECT, the hash of the bytes")
def a_full_sha256(store: Store) -> str:
    """The SHA-256 of an object that was put whole is FULL_OBJECT: the hash of its bytes."""
    found = store.head(store.put(body=SHORT, ChecksumSHA256=sha256_of(SHORT)))
    kept = found.get("ChecksumSHA256", "none").replace(sha256_of(SHORT), "the hash of the bytes")
    return f"{found.get('ChecksumType', 'no type')}, {kept}"


@rule("InvalidRequest")
def no_full_sha256_of_parts(store: Store) -> str:
    """A multipart upload cannot have a SHA-256 of the type FULL_OBJECT."""
    store.create_multipart(ChecksumAlgorithm="SHA256", ChecksumType="FULL_OBJECT")
    return ACCEPTED


@rule("FULL_OBJECT, CRC64NVME")
def a_crc_without_being_asked(store: Store) -> str:
    """An upload that names no checksum gets a CRC64NVME of the whole object."""
    upload = store.create_multipart()
    upload.complete([upload.put(1, SHORT)])
    found = store.head(upload.key)
    return f"{found.get('ChecksumType', 'no type')}, {'CRC64NVME' if 'ChecksumCRC64NVME' in found else 'no CRC64NVME'}"


@rule("BadDigest")
def a_full_crc_is_checked(store: Store) -> str:
    """A completion with another CRC32 of the whole object is refused."""
    upload = store.create_multipart(ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    part = upload.put(1, SHORT, ChecksumAlgorithm="CRC32")
    return upload.complete([part], ChecksumCRC32=OTHER_CRC32, ChecksumType="FULL_OBJECT")


@rule("BadDigest")
def the_completion_has_the_uploads_type(store: Store) -> str:
    """A completion that names another type of checksum than the upload is refused."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    part = upload.put(1, SHORT, ChecksumSHA256=sha256_of(SHORT))
    return upload.complete([part], ChecksumType="FULL_OBJECT")


@rule("the hash of the MD5s-2")
def the_etag_of_parts(store: Store) -> str:
    """The ETag of a multipart object ends in the number of its parts."""
    upload = store.create_multipart()
    upload.complete([upload.put(1, LARGE), upload.put(2, SHORT)])
    joined = b"".join(hashlib.md5(body, usedforsecurity=False).digest() for body in (LARGE, SHORT))
    hashed = hashlib.md5(joined, usedforsecurity=False).hexdigest()
    return str(store.head(upload.key)["ETag"]).strip('"').replace(hashed, "the hash of the MD5s")


@rule("its SHA-256")
def list_parts_shows_checksums(store: Store) -> str:
    """ListParts shows each part's SHA-256."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    upload.put(1, SHORT, ChecksumSHA256=sha256_of(SHORT))
    (part,) = store.client.list_parts(**upload.address)["Parts"]
    return "its SHA-256" if part.get("ChecksumSHA256") == sha256_of(SHORT) else "no SHA-256"


@rule("XAmzContentSHA256Mismatch")
def the_signed_hash_of_the_body(store: Store) -> str:
    """A body that does not hash to the signed x-amz-content-sha256 is refused."""
    other_hash = hashlib.sha256(b"other").hexdigest()
    with mock.patch("botocore.auth.SigV4Auth.payload", return_value=other_hash):
        store.put()
    return ACCEPTED


RULES = (
    sha256_of_a_part,
    crc_of_a_part,
    md5_of_a_part,
    a_md5_that_is_none,
    a_sha256_that_is_none,
    sha256_of_an_object,
    md5_of_an_object,
    a_refused_object_is_not_stored,
    parts_have_the_uploads_checksum,
    parts_have_no_other_checksum,
    the_completion_repeats_sha256s,
    the_completion_lists_sha256s,
    a_composite_sha256,
    a_full_sha256,
    no_full_sha256_of_parts,
    a_crc_without_being_asked,
    a_full_crc_is_checked,
    the_completion_has_the_uploads_type,
    the_etag_of_parts,
    list_parts_shows_checksums,
    the_signed_hash_of_the_body,
)
