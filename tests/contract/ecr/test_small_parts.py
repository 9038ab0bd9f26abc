"""With an API that cannot accept 5 MiB, parts are joined, and the layer is the same."""

import os
import urllib.request

import pytest

from tests.support.ecr.registry import MIB, Registry
from tests.support.layers import digest_of

PART = 2 * MIB
BYTES = os.urandom(9 * MIB + 5)


@pytest.fixture(scope="module")
def part_size_bytes() -> int:
    return PART


def pieces(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@pytest.mark.parametrize("size", [PART, PART + 1, 3 * MIB, 5 * MIB])
def test_parts_below_s3s_minimum_make_the_same_layer(registry: Registry, repository: str, size: int):
    upload_id = registry.upload(repository, *pieces(BYTES, size))
    registry.complete(repository, upload_id, digest_of(BYTES))
    url = registry.ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=digest_of(BYTES))
    with urllib.request.urlopen(url["downloadUrl"]) as answer:
        assert answer.read() == BYTES


def test_a_part_that_is_coalesced_takes_at_most_four_requests(registry: Registry, repository: str):
    taken = []
    upload_id = registry.upload(repository)
    for place, part in enumerate(pieces(BYTES, PART)):
        with registry.requests() as requests:
            registry.send(repository, upload_id, place * PART, part)
        taken.append(requests)
    assert taken[:4] == [
        ["UpdateItem", "PutObject", "TransactWriteItems"],
        ["UpdateItem", "GetObject", "PutObject", "TransactWriteItems"],
        ["UpdateItem", "GetObject", "UploadPart", "TransactWriteItems"],
        ["UpdateItem", "PutObject", "TransactWriteItems"],
    ]
    with registry.requests() as requests:
        registry.complete(repository, upload_id, digest_of(BYTES))
    assert len(requests) <= 4


def test_a_layer_that_ends_with_its_tail_takes_two_more_requests(registry: Registry, repository: str):
    upload_id = registry.upload(repository)
    registry.send(repository, upload_id, 0, BYTES[:PART])
    with registry.requests() as requests:
        registry.complete(repository, upload_id, digest_of(BYTES[:PART]))
    assert requests == [
        "Query",
        "BatchGetItem",
        "GetObject",
        "UpdateItem",
        "UploadPart",
        "CompleteMultipartUpload",
        "TransactWriteItems",
    ]


def test_a_coalesced_part_sent_again_succeeds(registry: Registry, repository: str):
    content = os.urandom(2 * PART + 1)
    upload_id = registry.upload(repository, *pieces(content[: 2 * PART], PART))
    assert registry.send(repository, upload_id, PART, content[PART : 2 * PART])["lastByteReceived"] == 2 * PART - 1
    registry.send(repository, upload_id, 2 * PART, content[2 * PART :])
    registry.complete(repository, upload_id, digest_of(content))


def test_the_least_a_part_may_hold_is_what_is_advertised(registry: Registry, repository: str):
    parts = [os.urandom(PART - 1), os.urandom(PART)]
    upload_id = registry.upload(repository, *parts)
    with pytest.raises(registry.ecr.exceptions.LayerPartTooSmallException, match="at least 2MB"):
        registry.complete(repository, upload_id, digest_of(b"".join(parts)))
