"""Push: blobs in every way, by the sections below "Pushing blobs"."""

import hashlib
import os
from collections.abc import Callable

import pytest

from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.http import UPLOADS, OciHttp

MIB = 1024 * 1024
SIZES = pytest.mark.parametrize("size", [0, 1, 300, 6 * MIB, 40 * MIB], ids=["empty", "1", "300", "6 MiB", "40 MiB"])
ALGORITHMS = pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
Way = Callable[[OciHttp, bytes, str], Answer]


def single_post(oci: OciHttp, content: bytes, digest: str) -> Answer:
    """Pushing a blob monolithically, "Single POST"."""
    return oci.ask("POST", f"{UPLOADS}?digest={digest}", content)


def post_then_put(oci: OciHttp, content: bytes, digest: str) -> Answer:
    """Pushing a blob monolithically, "POST then PUT"."""
    return oci.ask("PUT", f"{oci.start()}?digest={digest}", content, Content_Type="application/octet-stream")


def streamed_put(oci: OciHttp, content: bytes, digest: str) -> Answer:
    """The same, with a body whose length is not announced."""
    return oci.ask("PUT", f"{oci.start()}?digest={digest}", pieces(content))


def streamed_patch(oci: OciHttp, content: bytes, digest: str) -> Answer:
    """Pushing a blob in chunks, of which there is one, without Content-Range."""
    sent = oci.ask("PATCH", oci.start(), pieces(content))
    assert (sent.status, sent.headers["range"]) == (202, f"0-{max(len(content) - 1, 0)}")
    return oci.ask("PUT", f"{sent.location}?digest={digest}")


def chunks_then_put(oci: OciHttp, content: bytes, digest: str) -> Answer:
    """Pushing a blob in chunks, with Content-Range; the closing PUT is empty."""
    location = oci.start()
    third = max(len(content) // 3, 1)
    for first in range(0, len(content), third):
        chunk = content[first : first + third]
        sent = oci.ask("PATCH", location, chunk, Content_Range=f"{first}-{first + len(chunk) - 1}")
        assert (sent.status, sent.headers["range"]) == (202, f"0-{first + len(chunk) - 1}")
        location = sent.location
    return oci.ask("PUT", f"{location}?digest={digest}")


def last_chunk_with_put(oci: OciHttp, content: bytes, digest: str) -> Answer:
    """Pushing a blob in chunks: "the final chunk MAY be uploaded in the closing PUT request"."""
    location, half = oci.start(), len(content) // 2
    if half:
        location = oci.ask("PATCH", location, content[:half], Content_Range=f"0-{half - 1}").location
    rest = content[half:]
    headers = {"Content_Range": f"{half}-{len(content) - 1}"} if rest else {}
    return oci.ask("PUT", f"{location}?digest={digest}", rest, **headers)


def pieces(content: bytes) -> list[bytes]:
    """The content in pieces, for a body that is sent as it comes."""
    return [content[first : first + 100_000] for first in range(0, len(content), 100_000)]


WAYS = pytest.mark.parametrize(
    "push",
    [single_post, post_then_put, streamed_put, streamed_patch, chunks_then_put, last_chunk_with_put],
    ids=lambda way: way.__name__,
)


def require_there(oci: OciHttp, content: bytes, digest: str) -> None:
    """HEAD and GET agree with what was pushed."""
    asked = oci.ask("HEAD", f"blobs/{digest}")
    assert (asked.status, asked.headers["content-length"], asked.body) == (200, str(len(content)), b"")
    assert asked.headers["docker-content-digest"] == digest
    assert oci.fetch(f"blobs/{digest}").body == content


@WAYS
@SIZES
@ALGORITHMS
def test_a_blob_that_was_pushed_is_pulled(oci: OciHttp, push: Way, size: int, algorithm: str):
    content = os.urandom(size)
    digest = f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
    created = push(oci, content, digest)
    assert created.status == 201
    assert created.location.endswith(f"/v2/{oci.repository}/blobs/{digest}")
    require_there(oci, content, digest)
    assert oci.fetch(created.location).body == content  # "<blob-location> being a pullable blob URL"


@WAYS
@SIZES
@ALGORITHMS
def test_a_blob_of_another_digest_is_refused_and_not_there(oci: OciHttp, push: Way, size: int, algorithm: str):
    content, wrong = os.urandom(size), f"{algorithm}:{hashlib.new(algorithm, os.urandom(8)).hexdigest()}"
    refused = push(oci, content, wrong)
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")
    for digest in (wrong, digest_of(content)):
        assert oci.ask("HEAD", f"blobs/{digest}").status == 404


@WAYS
@pytest.mark.parametrize("digest", ["sha256:abc", "sha256:" + "A" * 64, "md5:" + "0" * 32, "latest", ""])
def test_a_digest_in_another_form_is_refused(oci: OciHttp, push: Way, digest: str):
    refused = push(oci, b"content", digest)
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


@WAYS
def test_a_blob_is_pushed_again(oci: OciHttp, push: Way):
    for _ in range(2):
        assert push(oci, b"again", digest_of(b"again")).status == 201


@pytest.mark.parametrize("size", [300, 6 * MIB])
def test_a_blob_whose_algorithm_is_said_before(oci: OciHttp, size: int):
    # Pushing a blob in chunks, digest-algorithm (main)
    content = os.urandom(size)
    location = oci.ask("POST", f"{UPLOADS}?digest-algorithm=sha512").location
    for first in (0, size // 2):
        location = oci.ask("PATCH", location, content[first : first + size // 2]).location
    digest = f"sha512:{hashlib.sha512(content).hexdigest()}"
    assert oci.ask("PUT", f"{location}?digest={digest}").status == 201
    require_there(oci, content, digest)


def test_a_session_has_a_location_and_a_minimum(oci: OciHttp):  # Pushing a blob in chunks, OCI-Chunk-Min-Length
    started = oci.ask("POST", UPLOADS)
    assert (started.status, started.headers["range"]) == (202, "0-0")
    assert int(started.headers["oci-chunk-min-length"]) > 0
    assert started.location != oci.ask("POST", UPLOADS).location


def test_a_chunk_smaller_than_the_minimum_is_taken(oci: OciHttp):
    location = oci.start()
    for number in range(5):
        location = oci.ask("PATCH", location, b"x", Content_Range=f"{number}-{number}").location
    assert oci.ask("PUT", f"{location}?digest={digest_of(b'xxxxx')}").status == 201


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize("first", [0, 2, 4, 100])
def test_a_chunk_out_of_order_is_416_and_the_status_tells_where_to_go_on(oci: OciHttp, method: str, first: int):
    # Pushing a blob in chunks; on main, of PUT too
    location = oci.ask("PATCH", oci.start(), b"abc", Content_Range="0-2").location
    query = f"?digest={digest_of(b'abcdef')}" if method == "PUT" else ""
    refused = oci.ask(method, location + query, b"def", Content_Range=f"{first}-{first + 2}")
    assert (refused.status, refused.headers["range"]) == (416, "0-2")
    status = oci.ask("GET", location)
    assert (status.status, status.headers["range"]) == (204, "0-2")
    assert oci.ask("PUT", f"{status.location}?digest={digest_of(b'abcdef')}", b"def", Content_Range="3-5").status == 201


def test_a_first_chunk_that_does_not_begin_at_0_is_416(oci: OciHttp):
    assert oci.ask("PATCH", oci.start(), b"abc", Content_Range="1-3").status == 416


@pytest.mark.parametrize("announced", ["0-1", "0-3"])
def test_a_chunk_of_another_length_than_its_range_is_416(oci: OciHttp, announced: str):
    location = oci.start()
    assert oci.ask("PATCH", location, b"abc", Content_Range=announced).status == 416
    assert oci.ask("PUT", f"{location}?digest={digest_of(b'abc')}", b"abc").status == 201


@pytest.mark.parametrize("text", ["bytes 0-2/3", "bytes 0-2/*", "0-2"])
def test_a_range_in_the_form_of_http_is_taken(oci: OciHttp, text: str):
    assert oci.ask("PATCH", oci.start(), b"abc", Content_Range=text).status == 202


@pytest.mark.parametrize("text", ["three", "2-0", "-", "0", "a-b", "0-2-4"])
def test_a_range_in_no_form_is_refused(oci: OciHttp, text: str):
    refused = oci.ask("PATCH", oci.start(), b"abc", Content_Range=text)
    assert (refused.status, refused.code) == (400, "BLOB_UPLOAD_INVALID")


def test_an_upload_is_cancelled(oci: OciHttp):  # Cancel a blob upload (main)
    location = oci.ask("PATCH", oci.start(), b"abc").location
    assert oci.ask("DELETE", location).status == 204
    for method, body in (("GET", b""), ("PATCH", b"def"), ("PUT", b"")):
        refused = oci.ask(method, f"{location}?digest={digest_of(b'abc')}", body)
        assert (refused.status, refused.code) == (404, "BLOB_UPLOAD_UNKNOWN")


def test_an_upload_that_has_ended_is_unknown(oci: OciHttp):  # Get the status of an upload
    location = oci.ask("PATCH", oci.start(), b"abc").location
    assert oci.ask("PUT", f"{location}?digest={digest_of(b'abc')}").status == 201
    assert oci.ask("GET", location).status == 404


def test_a_blob_is_mounted(oci: OciHttp, second: OciHttp):  # Mounting a blob from another repository
    content = os.urandom(300)
    digest = oci.put_blob(content)["digest"]
    mounted = second.ask("POST", f"{UPLOADS}?mount={digest}&from={oci.repository}")
    assert (mounted.status, mounted.location) == (201, f"/v2/{second.repository}/blobs/{digest}")
    require_there(second, content, digest)


@pytest.mark.parametrize("source", ["", "&from=no/such/repository", "&from={second}"])
def test_what_cannot_be_mounted_begins_an_upload(oci: OciHttp, second: OciHttp, source: str):
    # "If a registry does not support cross-repository mounting …": 202. A digest alone gives no access to content.
    content = os.urandom(300)
    digest = oci.put_blob(content)["digest"]
    started = second.ask("POST", f"{UPLOADS}?mount={digest}{source.format(second=second.repository)}")
    assert (started.status, second.ask("HEAD", f"blobs/{digest}").status) == (202, 404)
    assert second.ask("PUT", f"{started.location}?digest={digest}", content).status == 201


def test_a_body_that_ends_early_commits_nothing(oci: OciHttp):
    content = b"x" * 1000
    short = oci.ask("PATCH", oci.start(), content[:500], Content_Range="0-999")
    assert short.status == 416
    assert oci.ask("HEAD", f"blobs/{digest_of(content)}").status == 404
