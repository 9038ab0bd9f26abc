"""What each request costs in requests to AWS: the same for the second chunk and for the last of many."""

import os

import pytest

from tests.support.ecr.registry import MIB
from tests.support.layers import digest_of
from tests.support.oci.registry import OciRegistry

SMALL = b"a small layer"


def test_a_session_takes_one_read_and_writes_nothing(oci: OciRegistry, repository: str):
    with oci.requests() as requests:
        oci.start(repository)
    assert requests == ["BatchGetItem"]


@pytest.mark.parametrize(("content", "stored"), [(SMALL, "PutObject"), (b"x" * (6 * MIB), "UploadPart")])
def test_the_first_patch_takes_five(oci: OciRegistry, repository: str, content: bytes, stored: str):
    location = oci.start(repository)
    with oci.requests() as requests:
        oci.ask("PATCH", location, content)
    assert len(requests) <= 5
    assert stored in requests


@pytest.mark.parametrize("chunks", [1, pytest.param(500, marks=pytest.mark.long)])
@pytest.mark.parametrize("size", [100, 6 * MIB])
def test_a_further_patch_takes_four(oci: OciRegistry, repository: str, chunks: int, size: int):
    location = oci.ask("PATCH", oci.start(repository), b"x" * size).location
    for number in range(chunks):
        # All but the first are short: what counts is how many came before.
        with oci.requests() as requests:
            location = oci.ask("PATCH", location, b"y" * (size if number == 0 else 10)).location
        assert len(requests) <= 4


@pytest.mark.parametrize(("sizes", "budget"), [((6 * MIB, 6 * MIB), 4), ((6 * MIB, 10), 7), ((10,), 7)])
def test_the_final_put_takes_four_or_seven_with_a_tail(
    oci: OciRegistry, repository: str, sizes: tuple[int, ...], budget: int
):
    location, chunks = oci.start(repository), [os.urandom(size) for size in sizes]
    for chunk in chunks:
        location = oci.ask("PATCH", location, chunk).location
    with oci.requests() as requests:
        assert oci.ask("PUT", f"{location}?digest={digest_of(b''.join(chunks))}").status == 201
    assert len(requests) <= budget


def test_head_takes_one(oci: OciRegistry, repository: str):
    oci.ask("PUT", f"{oci.start(repository)}?digest={digest_of(SMALL)}", SMALL)
    for content, status in ((SMALL, 200), (b"nowhere", 404)):
        with oci.requests() as requests:
            assert oci.ask("HEAD", f"/v2/{repository}/blobs/{digest_of(content)}").status == status
        assert requests == ["BatchGetItem"]
