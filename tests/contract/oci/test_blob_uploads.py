"""Pushing and pulling blobs as the OCI Distribution Specification (1.1) says; each test names its section."""

import os
from urllib.request import urlopen

import pytest

from tests.support.driver.answers import Answer
from tests.support.ecr.registry import MIB
from tests.support.layers import digest_of
from tests.support.oci.registry import OciRegistry

SMALL = b"a small layer"
OF_THREE_PARTS = os.urandom(38 * MIB)


def pushed(oci: OciRegistry, repository: str, content: bytes) -> Answer:
    location = oci.ask("PATCH", oci.start(repository), content).location
    return oci.ask("PUT", f"{location}?digest={digest_of(content)}")


def require_there(oci: OciRegistry, repository: str, content: bytes) -> None:
    found = oci.ask("HEAD", f"/v2/{repository}/blobs/{digest_of(content)}")
    assert (found.status, found.headers["content-length"]) == (200, str(len(content)))
    assert found.headers["docker-content-digest"] == digest_of(content)
    sent_on = oci.ask("GET", f"/v2/{repository}/blobs/{digest_of(content)}")
    assert sent_on.status == 307
    with urlopen(sent_on.location) as answer:
        assert answer.read() == content


def test_the_version_is_answered(oci: OciRegistry):  # Determining Support
    assert oci.ask("GET", "/v2/").status == 200


@pytest.mark.parametrize("content", [SMALL, OF_THREE_PARTS], ids=["small", "three parts"])
def test_a_blob_in_one_patch_and_an_empty_put(oci: OciRegistry, repository: str, content: bytes):
    # Pushing a blob in chunks; what skopeo, podman, buildah, crane and dockerd send.
    created = pushed(oci, repository, content)
    assert created.status == 201
    assert created.location == f"/v2/{repository}/blobs/{digest_of(content)}"
    require_there(oci, repository, content)


@pytest.mark.parametrize("content", [SMALL, OF_THREE_PARTS], ids=["small", "three parts"])
def test_a_blob_in_one_put(oci: OciRegistry, repository: str, content: bytes):
    # POST then PUT; what containerd, BuildKit, oras and regctl send.
    assert oci.ask("PUT", f"{oci.start(repository)}?digest={digest_of(content)}", content).status == 201
    require_there(oci, repository, content)


def test_a_blob_in_one_post(oci: OciRegistry, repository: str):  # Single POST
    assert oci.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest_of(SMALL)}", SMALL).status == 201
    require_there(oci, repository, SMALL)


@pytest.mark.parametrize("last_with_put", [True, False])
def test_a_blob_in_chunks_with_ranges(oci: OciRegistry, repository: str, last_with_put: bool):
    # Pushing a blob in chunks
    chunks = [b"one" * 1000, b"two" * 3, os.urandom(6 * MIB), b"four"]
    location, first = oci.start(repository), 0
    for chunk in chunks[:-1] if last_with_put else chunks:
        last = first + len(chunk) - 1
        taken = oci.ask("PATCH", location, chunk, Content_Range=f"{first}-{last}")
        assert (taken.status, taken.headers["range"]) == (202, f"0-{last}")
        location, first = taken.location, last + 1
    whole = b"".join(chunks)
    rest = {"Content_Range": f"{first}-{len(whole) - 1}"} if last_with_put else {}
    end = oci.ask("PUT", f"{location}?digest={digest_of(whole)}", chunks[-1] if last_with_put else b"", **rest)
    assert end.status == 201
    require_there(oci, repository, whole)


@pytest.mark.parametrize("first", [0, 2, 7])
def test_a_chunk_out_of_order_is_416_and_the_range_tells_where_to_continue(
    oci: OciRegistry, repository: str, first: int
):  # Pushing a blob in chunks: "If a blob chunk is uploaded out of order …"
    location = oci.ask("PATCH", oci.start(repository), b"abc").location
    for method, query in (("PATCH", ""), ("PUT", f"?digest={digest_of(b'abc!')}")):
        refused = oci.ask(method, location + query, b"!", Content_Range=f"{first}-{first}")
        assert (refused.status, refused.code, refused.headers["range"]) == (416, "BLOB_UPLOAD_INVALID", "0-2")
    assert oci.ask("GET", location).headers["range"] == "0-2"
    assert oci.ask("PUT", f"{location}?digest={digest_of(b'abc!')}", b"!", Content_Range="3-3").status == 201


def test_a_first_chunk_that_does_not_begin_at_0_is_416(oci: OciRegistry, repository: str):
    refused = oci.ask("PATCH", oci.start(repository), b"abc", Content_Range="3-5")
    assert (refused.status, refused.code) == (416, "BLOB_UPLOAD_INVALID")


@pytest.mark.parametrize("announced", ["0-1", "0-3"])
def test_a_chunk_of_another_length_than_announced_is_416_and_changes_nothing(
    oci: OciRegistry, repository: str, announced: str
):
    location = oci.start(repository)
    assert oci.ask("PATCH", location, b"abc", Content_Range=announced).status == 416
    assert oci.ask("GET", location).headers["range"] == "0-0"
    assert oci.ask("PUT", f"{location}?digest={digest_of(b'abc')}", b"abc").status == 201


@pytest.mark.parametrize("text", ["three", "5-3", "0", "-", "0-99999999999999999999"])
def test_a_range_that_is_none_is_refused(oci: OciRegistry, repository: str, text: str):
    refused = oci.ask("PATCH", oci.start(repository), b"abc", Content_Range=text)
    assert (refused.status, refused.code) == (400, "BLOB_UPLOAD_INVALID")


def test_the_status_of_an_upload(oci: OciRegistry, repository: str):  # Get the status of an upload
    location = oci.start(repository)
    asked = oci.ask("GET", location)
    assert (asked.status, asked.headers["range"]) == (204, "0-0")
    oci.ask("PATCH", location, b"abc")
    asked = oci.ask("GET", location)
    assert (asked.status, asked.headers["range"]) == (204, "0-2")
    assert oci.ask("PUT", f"{asked.location}?digest={digest_of(b'abcdef')}", b"def").status == 201


def test_an_upload_is_cancelled_twice(oci: OciRegistry, repository: str):  # Cancel a blob upload
    location = oci.ask("PATCH", oci.start(repository), b"abc").location
    assert [oci.ask("DELETE", location).status for _ in range(2)] == [204, 204]
    for method, body in (("GET", b""), ("PATCH", b"d"), ("PUT", b"d")):
        refused = oci.ask(method, f"{location}?digest={digest_of(b'abcd')}", body)
        assert (refused.status, refused.code) == (404, "BLOB_UPLOAD_UNKNOWN")


@pytest.mark.parametrize("content", [SMALL, OF_THREE_PARTS], ids=["small", "three parts"])
def test_content_of_another_digest_is_refused_on_every_path(oci: OciRegistry, repository: str, content: bytes):
    wrong = digest_of(b"something else")
    location = oci.ask("PATCH", oci.start(repository), content).location
    refusals = [
        oci.ask("PUT", f"{location}?digest={wrong}"),
        oci.ask("PUT", f"{oci.start(repository)}?digest={wrong}", content),
        oci.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={wrong}", content),
    ]
    assert [(each.status, each.code) for each in refusals] == [(400, "DIGEST_INVALID")] * 3
    assert oci.ask("HEAD", f"/v2/{repository}/blobs/{wrong}").status == 404
    # The upload stays: the client may have sent the wrong digest of the right bytes.
    assert oci.ask("PUT", f"{location}?digest={digest_of(content)}").status == 201


@pytest.mark.parametrize("digest", ["sha256:123", "md5:" + "0" * 32, "sha256:" + "A" * 64, "nonsense", ""])
def test_a_digest_that_is_none_is_refused_on_every_path(oci: OciRegistry, repository: str, digest: str):
    location = oci.start(repository)
    refusals = [
        oci.ask("PUT", f"{location}?digest={digest}", SMALL),
        oci.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest}", SMALL),
    ]
    if digest:
        refusals += [oci.ask(method, f"/v2/{repository}/blobs/{digest}") for method in ("GET", "HEAD")]
    assert {(each.status, each.code) for each in refusals} == {(400, "DIGEST_INVALID")}
    assert oci.ask("PUT", f"{location}?digest={digest_of(SMALL)}", SMALL).status == 201


def test_a_final_put_again_is_answered_again(oci: OciRegistry, repository: str):
    location = oci.ask("PATCH", oci.start(repository), SMALL).location
    assert [oci.ask("PUT", f"{location}?digest={digest_of(SMALL)}").status for _ in range(2)] == [201, 201]


@pytest.mark.parametrize("first", [SMALL, b"x" * (6 * MIB)])
def test_a_final_put_with_the_last_chunk_again_is_answered_again(oci: OciRegistry, repository: str, first: bytes):
    location = oci.ask("PATCH", oci.start(repository), first).location
    final = f"{location}?digest={digest_of(first + SMALL)}"
    assert [oci.ask("PUT", final, SMALL).status for _ in range(2)] == [201, 201]
    other = oci.ask("PUT", f"{location}?digest={digest_of(b'other')}", SMALL)
    assert (other.status, other.code) == (400, "DIGEST_INVALID")


def test_a_blob_that_is_there_is_pushed_again(oci: OciRegistry, repository: str):
    assert [pushed(oci, repository, SMALL).status for _ in range(2)] == [201, 201]


def test_a_first_patch_sent_again_to_its_old_location_is_taken_once(oci: OciRegistry, repository: str):
    location = oci.start(repository)
    assert [oci.ask("PATCH", location, b"abc").headers["range"] for _ in range(2)] == ["0-2", "0-2"]
    assert oci.ask("PATCH", location, b"other").status == 416


def test_the_final_put_may_go_to_the_first_location(oci: OciRegistry, repository: str):
    location = oci.start(repository)
    oci.ask("PATCH", location, b"abc")
    assert oci.ask("PUT", f"{location}?digest={digest_of(b'abc')}").status == 201


def test_an_unknown_blob_is_404(oci: OciRegistry, repository: str):  # Pulling blobs
    for method in ("GET", "HEAD"):
        refused = oci.ask(method, f"/v2/{repository}/blobs/{digest_of(b'nowhere')}")
        assert (refused.status, refused.code) == (404, "BLOB_UNKNOWN")


def test_an_unknown_repository_is_404(oci: OciRegistry):
    for method, path in (("POST", "uploads/"), ("GET", digest_of(b"")), ("HEAD", digest_of(b""))):
        refused = oci.ask(method, f"/v2/nowhere/at/all/blobs/{path}")
        assert (refused.status, refused.code) == (404, "NAME_UNKNOWN")


@pytest.mark.parametrize("name", ["UPPER/case", "a", "sla//shes", "-dash", "a" * 257])
def test_a_name_that_is_none_is_refused(oci: OciRegistry, name: str):
    refused = oci.ask("POST", f"/v2/{name}/blobs/uploads/")
    assert (refused.status, refused.code) == (400, "NAME_INVALID")


def test_a_session_of_another_repository_or_of_nobody_is_unknown(oci: OciRegistry, repository: str):
    session = oci.ask("PATCH", oci.start(repository), b"abc").location.rpartition("/")[2]
    forged = session[:-1] + ("A" if session[-1] != "A" else "B")
    for name, text in ((repository[:-1], session), (repository, forged), (repository, "nonsense")):
        for method in ("GET", "PATCH", "PUT", "DELETE"):
            refused = oci.ask(method, f"/v2/{name}/blobs/uploads/{text}?digest={digest_of(b'abc')}")
            assert (refused.status, refused.code) == (404, "BLOB_UPLOAD_UNKNOWN")


def test_another_method_is_405_and_says_which_are_allowed(oci: OciRegistry, repository: str):
    refused = oci.ask("PUT", f"/v2/{repository}/blobs/{digest_of(b'')}")
    assert (refused.status, refused.code, refused.headers["allow"]) == (405, "UNSUPPORTED", "GET, HEAD, DELETE")
