"""What the composition root makes of the environment."""

import boto3
import pytest
from moorage.bootstrap.clients import s3_client

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it would keep these credentials
    for name in ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")


def presigned(region: str) -> str:
    return str(s3_client(region).generate_presigned_url("get_object", Params={"Bucket": "layers", "Key": "one"}))


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-south-2"])
def test_presigned_urls_name_the_region_of_the_bucket(region: str):
    assert presigned(region).startswith(f"https://layers.s3.{region}.amazonaws.com/one?")


@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_endpoint_of_another_kind_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "http://seaweedfs:8333")
    assert presigned("eu-west-1").startswith("http://seaweedfs:8333/layers/one?")
