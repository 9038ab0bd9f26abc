"""What completing a layer of 300 parts costs: as many requests as one of 3.

S3 is moto here, with a minimum of one byte instead of 5 MiB: 1.5 GB would prove nothing more about the number.
"""

import os

import boto3
import pytest
from moorage_local.stack.stack import Stack
from moto import mock_aws

from tests.support.ecr.registry import Registry
from tests.support.layers import digest_of


def test_completing_a_layer_of_300_parts_takes_four(stack: Stack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr("moorage.settings.S3_MIN_PART_BYTES", 1)
    monkeypatch.setenv("MOORAGE_PART_SIZE_BYTES", "1")
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=stack.names.bucket)
        registry = Registry()
        registry.ecr.create_repository(repositoryName="many/parts")
        content = os.urandom(300)
        upload_id = registry.upload("many/parts", *(content[at : at + 1] for at in range(300)))
        with registry.requests() as requests:
            registry.complete("many/parts", upload_id, digest_of(content))
    assert requests == ["Query", "BatchGetItem", "CompleteMultipartUpload", "TransactWriteItems"]
