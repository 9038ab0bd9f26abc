"""What each call costs in requests to AWS: the same for a layer of 3 parts and of 300."""

import os

import pytest

from tests.support.ecr.registry import MIB, Registry
from tests.support.layers import digest_of

COMPLETION = ["Query", "BatchGetItem", "CompleteMultipartUpload", "TransactWriteItems"]


def test_initiate_takes_three(registry: Registry, repository: str):
    with registry.requests() as requests:
        registry.ecr.initiate_layer_upload(repositoryName=repository)
    assert requests == ["BatchGetItem", "CreateMultipartUpload", "TransactWriteItems"]


def test_a_part_takes_three(registry: Registry, repository: str):
    upload_id = registry.upload(repository)
    for number, part in enumerate([b"x" * (5 * MIB), b"y" * (5 * MIB), b"end"]):
        with registry.requests() as requests:
            registry.send(repository, upload_id, number * 5 * MIB, part)
        assert requests == ["UpdateItem", "UploadPart", "TransactWriteItems"]


def test_a_refused_part_takes_one(registry: Registry, repository: str):
    upload_id = registry.upload(repository, b"one")
    with registry.requests() as requests, pytest.raises(registry.ecr.exceptions.InvalidLayerPartException):
        registry.send(repository, upload_id, 7, b"far away")
    assert requests == ["UpdateItem"]


def test_completing_a_layer_of_3_parts_takes_four_and_again_two(registry: Registry, repository: str):
    parts = [os.urandom(5 * MIB), os.urandom(5 * MIB), b"end"]
    upload_id = registry.upload(repository, *parts)
    for expected in (
        ["Query", "BatchGetItem", "CompleteMultipartUpload", "TransactWriteItems"],
        ["Query", "BatchGetItem"],
    ):
        with registry.requests() as requests:
            registry.complete(repository, upload_id, digest_of(b"".join(parts)))
        assert requests == expected
