"""Signatures that botocore's clients make are accepted; whatever differs from what was signed is not."""

import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.credentials import Credentials
from moorage_client.signing import ecr_client
from moorage_local.access.access_keys import AccessKey, AccessKeysError, load_access_keys
from moorage_local.access.sigv4 import SignatureError, Verifier

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ARN = "arn:aws:iam::000000000000:user/reader"
VERIFIER = Verifier({"AKIDEXAMPLE": AccessKey(SECRET, ARN)})
OPTIONS = {"region_name": "eu-west-1", "aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": SECRET}
Signed = dict[str, Any]


def signed_by(make: Any, **options: Any) -> Signed:
    """What a client sends for one request."""
    client = make("https://registry.example:8443", **{**OPTIONS, **options})
    sent: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        sent.append(request)
        raise ConnectionError

    client.meta.events.register("before-send.ecr", answer)
    with pytest.raises(Exception):  # noqa: B017, PT011 - nothing is answered; what was sent is looked at
        client.list_images(repositoryName="team-a/web")
    request = sent[0]
    text = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    headers = {name.lower(): value for name, value in text.items()} | {"host": urlsplit(request.url).netloc}
    return {"method": request.method, "url": request.url, "headers": headers, "body": request.body}


def plain_client(url: str, **options: Any) -> Any:
    return boto3.client("ecr", endpoint_url=url, **options)


def caller_of(signed: Signed, now: float | None = None) -> str:
    return VERIFIER.caller_of(signed["method"], signed["url"], signed["headers"], signed["body"], now or time.time())


@pytest.mark.parametrize("make", [plain_client, ecr_client])
def test_the_signature_of_a_client_says_who_asks(make: Any):
    assert caller_of(signed_by(make)) == ARN


def test_a_request_without_a_signature_is_nobodys():
    signed = signed_by(ecr_client)
    del signed["headers"]["authorization"]
    assert caller_of(signed) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"repositoryName": "team-b/web"}'},
        {"url": "https://registry.example:8443/r/DeleteRepository/team-a/web"},
        {"url": "https://other.example/r/ListImages/team-a/web"},
        {"method": "PUT"},
        {"headers": {"x-amz-target": "AmazonEC2ContainerRegistry_V20150921.DeleteRepository"}},
        {"headers": {"x-amz-unsigned": "1"}},
        {"headers": {"x-amz-content-sha256": sha256(b"another body").hexdigest()}},
        {"headers": {"x-amz-date": "20150830T123600Z"}},
        {"headers": {"authorization": "AWS4-HMAC-SHA256 nonsense"}},
    ],
)
def test_whatever_is_changed_afterwards_is_refused(change: dict[str, Any]):
    signed = signed_by(ecr_client)
    headers = {**signed["headers"], **change.get("headers", {})}
    if "url" in change:
        headers["host"] = urlsplit(change["url"]).netloc
    with pytest.raises(SignatureError):
        caller_of({**signed, **change, "headers": headers})


def test_an_old_signature_another_secret_and_an_unknown_key_are_refused():
    signed = signed_by(ecr_client)
    with pytest.raises(SignatureError, match="another time"):
        caller_of(signed, time.time() + 301)
    for options in ({"aws_secret_access_key": "x" * 40}, {"aws_access_key_id": "AKIDOTHER"}):
        with pytest.raises(SignatureError):
            caller_of(signed_by(ecr_client, **options))


def test_the_file_of_access_keys_is_read_or_refused_with_its_name(tmp_path: Path):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"AKIDEXAMPLE": {"secret": SECRET, "arn": ARN}}))
    assert load_access_keys(file) == {"AKIDEXAMPLE": AccessKey(SECRET, ARN)}
    assert SECRET not in repr(load_access_keys(file))
    unusable = ({"secret": "short", "arn": ARN}, {"secret": SECRET, "arn": "me"}, {})
    for bad in ("{", "[]", *(json.dumps({"AKIDEXAMPLE": key}) for key in unusable)):
        file.write_text(bad)
        with pytest.raises(AccessKeysError, match="keys"):
            load_access_keys(file)


def test_a_signature_for_another_service_is_refused():
    """Whoever gets hold of one, say of a presigned request to S3, cannot use it here."""
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    for service in ("ecr", "s3"):
        request = AWSRequest("POST", "https://registry.example:8443/", headers, b"{}")
        SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), service, "eu-west-1").add_auth(request)
        named = {name.lower(): value for name, value in request.headers.items()} | {"host": "registry.example:8443"}
        signed = {"method": "POST", "url": request.url, "headers": named, "body": b"{}"}
        if service == "ecr":
            assert caller_of(signed) == ARN
        else:
            with pytest.raises(SignatureError):
                caller_of(signed)


def test_another_body_under_a_signed_hash_is_refused():
    headers = {"X-Amz-Content-SHA256": sha256(b"{}").hexdigest()}
    request = AWSRequest("POST", "https://registry.example:8443/", headers, b"{}")
    SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), "ecr", "eu-west-1").add_auth(request)
    named = {name.lower(): value for name, value in request.headers.items()} | {"host": "registry.example:8443"}
    signed = {"method": "POST", "url": request.url, "headers": named, "body": b"{}"}
    assert caller_of(signed) == ARN
    with pytest.raises(SignatureError):
        caller_of({**signed, "body": b"[]"})
