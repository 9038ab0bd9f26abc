"""The port `ContentStore`. In `make test-long` it also runs on LocalStack's S3, which is stricter than SeaweedFS."""

import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256

import pytest
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.relay_progress import StoredPart, Tail
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError, PutOutcome, StoredPartsDamagedError

from tests.support.records import REGISTRY_ID, changed_upload, upload

MIB = 1024 * 1024
LARGE, SHORT = b"0123456789abcdef" * (5 * MIB // 16), b"the end"


LOCALSTACK = pytest.param("localstack", marks=pytest.mark.long)
SERVING = ["engines", LOCALSTACK]
CHECKING = ["memory", *SERVING]


@pytest.fixture(scope="module", params=["moto", *CHECKING])
def ports(
    request: pytest.FixtureRequest, running_ports: Callable[[str], AbstractContextManager[Ports]]
) -> Iterator[Ports]:
    """The ports of each kind."""
    with running_ports(request.param) as made:
        yield made


def hash_of(body: bytes) -> bytes:
    return sha256(body).digest()


def begun(ports: Ports, name: str) -> Upload:
    """An upload with a multipart upload in the store."""
    made = upload(name)
    key = ports.content.relay_key(REGISTRY_ID, made.upload_id)
    return replace(made, object_key=key, multipart_id=ports.content.create_multipart(key, Encryption()))


def put(ports: Ports, of: Upload, *bodies: bytes) -> list[StoredPart]:
    """Parts of it, in order."""
    parts = []
    for part_number, body in enumerate(bodies, 1):
        etag = ports.content.put_part(of, part_number, body, hash_of(body))
        parts.append(StoredPart(part_number, etag, hash_of(body), len(body)))
    return parts


def received(of: Upload, *bodies: bytes) -> Upload:
    return changed_upload(of, received_bytes=sum(map(len, bodies)))


def test_parts_are_joined_into_the_object(ports: Ports, name: str):
    of = begun(ports, name)
    parts = put(ports, of, LARGE, LARGE, SHORT)
    assert ports.content.head(of.object_key) is None
    finished = ports.content.complete_multipart(received(of, LARGE, LARGE, SHORT), parts)
    described = ports.content.head(of.object_key)
    assert finished.size_bytes == described.size_bytes == 2 * len(LARGE) + len(SHORT)
    assert finished.etag == described.etag
    assert b"".join(ports.content.stream(of.object_key, described.etag)) == LARGE + LARGE + SHORT


def test_an_object_that_keeps_checksums_keeps_the_one_over_its_parts(ports: Ports, name: str):
    of = begun(ports, name)
    parts = put(ports, of, LARGE, SHORT)
    ports.content.complete_multipart(received(of, LARGE, SHORT), parts)
    kept = ports.content.head(of.object_key).parts_sha256
    assert kept in (None, hash_of(hash_of(LARGE) + hash_of(SHORT)))


def test_what_is_joined_is_the_parts_that_are_listed_and_no_other_try(ports: Ports, name: str):
    of = begun(ports, name)
    part, _ = put(ports, of, SHORT, b"an attempt that was never recorded")
    ports.content.complete_multipart(received(of, SHORT), [part])
    assert b"".join(ports.content.stream(of.object_key, None)) == SHORT


@pytest.mark.parametrize("ports", CHECKING, indirect=True)  # moto finishes what is finished once more
def test_a_second_finish_and_a_late_part_find_no_multipart_upload(ports: Ports, name: str):
    of = begun(ports, name)
    parts = put(ports, of, SHORT)
    ports.content.complete_multipart(received(of, SHORT), parts)
    with pytest.raises(NoMultipartUploadError):
        ports.content.complete_multipart(received(of, SHORT), parts)
    with pytest.raises(NoMultipartUploadError):
        put(ports, of, SHORT)
    assert b"".join(ports.content.stream(of.object_key, None)) == SHORT


def test_an_object_that_is_there_is_never_replaced(ports: Ports, name: str):
    first = begun(ports, name)
    second = replace(first, multipart_id=ports.content.create_multipart(first.object_key, Encryption()))
    parts = [put(ports, of, body) for of, body in ((first, b"first"), (second, b"other"))]
    ports.content.complete_multipart(received(first, b"first"), parts[0])
    with pytest.raises(NoMultipartUploadError):
        ports.content.complete_multipart(received(second, b"other"), parts[1])
    assert b"".join(ports.content.stream(first.object_key, None)) == b"first"


@pytest.mark.parametrize("damage", ["missing", "other etag"])
def test_parts_that_are_not_the_recorded_ones_are_not_joined(ports: Ports, name: str, damage: str):
    of = begun(ports, name)
    parts = put(ports, of, LARGE, SHORT)
    changed = {"missing": {"part_number": 9}, "other etag": {"etag": f'"{"0" * 32}"'}}[damage]
    with pytest.raises(StoredPartsDamagedError):
        ports.content.complete_multipart(received(of, LARGE, SHORT), [parts[0], replace(parts[1], **changed)])
    assert ports.content.head(of.object_key) is None


@pytest.mark.parametrize("ports", CHECKING, indirect=True)  # moto ignores checksums
def test_a_part_that_does_not_hash_to_what_was_recorded_is_not_joined(ports: Ports, name: str):
    of = begun(ports, name)
    (part,) = put(ports, of, SHORT)
    with pytest.raises(StoredPartsDamagedError):
        ports.content.complete_multipart(received(of, SHORT), [replace(part, sha256=hash_of(b"other"))])
    assert ports.content.head(of.object_key) is None


@pytest.mark.parametrize("ports", CHECKING, indirect=True)  # moto ignores checksums
def test_bytes_that_do_not_hash_to_what_comes_with_them_are_not_stored(ports: Ports, name: str):
    of = begun(ports, name)
    with pytest.raises(Exception, match="BadDigest"):
        ports.content.put_part(of, 1, SHORT, hash_of(b"other"))
    with pytest.raises(Exception, match="BadDigest"):
        ports.content.put_tail(of, 1, SHORT, hash_of(b"other"))


def test_a_short_part_before_the_last_is_not_joined(ports: Ports, name: str):
    of = begun(ports, name)
    parts = put(ports, of, SHORT, LARGE)
    with pytest.raises(StoredPartsDamagedError):
        ports.content.complete_multipart(received(of, SHORT, LARGE), parts)
    assert ports.content.head(of.object_key) is None


@pytest.mark.parametrize("ports", CHECKING, indirect=True)  # moto sorts the parts itself
def test_the_order_is_the_numbers_whatever_the_etags_say(ports: Ports, name: str):
    of = begun(ports, name)
    parts = put(ports, of, LARGE, LARGE)
    with pytest.raises(StoredPartsDamagedError):
        ports.content.complete_multipart(received(of, LARGE, LARGE), parts[::-1])


def test_a_part_put_again_under_its_number_replaces_itself(ports: Ports, name: str):
    of = begun(ports, name)
    put(ports, of, b"before")
    (part,) = put(ports, of, b"after")
    ports.content.complete_multipart(received(of, b"after"), [part])
    assert b"".join(ports.content.stream(of.object_key, None)) == b"after"


def test_an_object_is_read_from_any_byte_on(ports: Ports, name: str):
    of = begun(ports, name)
    ports.content.complete_multipart(received(of, LARGE, SHORT), put(ports, of, LARGE, SHORT))
    for first_byte in (1, len(LARGE) - 1, len(LARGE), len(LARGE) + len(SHORT) - 1):
        assert b"".join(ports.content.stream(of.object_key, None, first_byte)) == (LARGE + SHORT)[first_byte:]


def test_only_the_object_with_the_etag_is_read(ports: Ports, name: str):
    of = begun(ports, name)
    with pytest.raises(StoredPartsDamagedError):
        list(ports.content.stream(of.object_key, None))
    ports.content.complete_multipart(received(of, SHORT), put(ports, of, SHORT))
    with pytest.raises(StoredPartsDamagedError):
        list(ports.content.stream(of.object_key, '"another"'))


def test_a_tail_comes_back(ports: Ports, name: str):
    of = begun(ports, name)
    first = ports.content.put_tail(of, 1, b"one", hash_of(b"one"))
    second = ports.content.put_tail(of, 2, b"two", hash_of(b"two"))
    assert first.object_key != second.object_key
    assert (ports.content.get_tail(first), ports.content.get_tail(second)) == (b"one", b"two")
    assert first == Tail(first.object_key, 3, hash_of(b"one"))


def test_a_tail_that_is_gone_or_of_other_bytes_is_damaged(ports: Ports, name: str):
    of = begun(ports, name)
    tail = ports.content.put_tail(of, 1, b"one", hash_of(b"one"))
    for damaged in (replace(tail, object_key=f"{tail.object_key}0"), replace(tail, sha256=hash_of(b"two"))):
        with pytest.raises(StoredPartsDamagedError):
            ports.content.get_tail(damaged)


@pytest.mark.parametrize("ports", SERVING, indirect=True)  # a URL needs a server
def test_a_url_serves_the_object_without_credentials(ports: Ports, name: str):
    of = begun(ports, name)
    ports.content.complete_multipart(received(of, SHORT), put(ports, of, SHORT))
    blob = Blob(
        registry_id=REGISTRY_ID,
        digest=Digest.of_hash(hash_of(SHORT)),
        encryption=Encryption(),
        object_key=of.object_key,
        size_bytes=len(SHORT),
        verified_at=0.0,
    )
    with urllib.request.urlopen(ports.content.download_url(blob)) as answer:
        assert answer.read() == SHORT


# --- one PutObject that S3 verifies ---


def whole(ports: Ports, name: str) -> Upload:
    made = upload(name, multipart_id="")
    return replace(made, object_key=ports.content.relay_key(REGISTRY_ID, made.upload_id))


@pytest.mark.parametrize("ports", CHECKING, indirect=True)  # moto keeps no checksums
@pytest.mark.parametrize("body", [b"", SHORT, LARGE * 3], ids=["empty", "short", "streamed"])
def test_a_whole_object_keeps_the_sha256_of_all_its_bytes(ports: Ports, name: str, body: bytes):
    of = whole(ports, name)
    chunks = (body[start : start + MIB] for start in range(0, len(body), MIB))
    assert ports.content.put_object(of, chunks, len(body), hash_of(body)) is PutOutcome.STORED
    described = ports.content.head(of.object_key)
    assert (described.size_bytes, described.sha256, described.parts_sha256) == (len(body), hash_of(body), None)
    assert b"".join(ports.content.stream(of.object_key, described.etag)) == body


@pytest.mark.parametrize("ports", CHECKING, indirect=True)  # moto ignores checksums
@pytest.mark.parametrize("body", [b"", SHORT, LARGE * 3], ids=["empty", "short", "streamed"])
def test_a_whole_object_of_other_bytes_is_refused(ports: Ports, name: str, body: bytes):
    of = whole(ports, name)
    assert ports.content.put_object(of, [body], len(body), hash_of(b"other")) is PutOutcome.REFUSED
    assert ports.content.head(of.object_key) is None


@pytest.mark.parametrize("body", [SHORT, LARGE * 3], ids=["short", "streamed"])
def test_a_whole_object_never_replaces_one(ports: Ports, name: str, body: bytes):
    of = whole(ports, name)
    assert ports.content.put_object(of, [SHORT], len(SHORT), hash_of(SHORT)) is PutOutcome.STORED
    assert ports.content.put_object(of, [body], len(body), hash_of(body)) is PutOutcome.EXISTS
    assert ports.content.head(of.object_key).size_bytes == len(SHORT)


@pytest.mark.parametrize("body", [SHORT, LARGE * 3], ids=["short", "streamed"])
def test_what_reading_the_body_raises_comes_back(ports: Ports, name: str, body: bytes):
    of = whole(ports, name)

    def broken() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ports.content.put_object(of, broken(), len(body), hash_of(body))
    assert ports.content.head(of.object_key) is None


def test_the_checksum_over_the_parts_is_never_taken_for_that_of_the_object(ports: Ports, name: str):
    of = begun(ports, name)
    parts = put(ports, of, SHORT)
    ports.content.complete_multipart(received(of, SHORT), parts)
    assert ports.content.head(of.object_key).sha256 is None
