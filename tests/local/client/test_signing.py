"""Calls are signed for API Gateway: verified by the steps of the AWS documentation, with nothing of botocore's."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import boto3
import moorage
import pytest
from moorage_client.signing import RequestSigner, region_of

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CREDENTIALS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": SECRET, "aws_session_token": "token"}


class Gateway(BaseHTTPRequestHandler):
    """Answers every request and remembers for which region and service its signature is good."""

    scopes: list[tuple[str, str]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.scopes.append(verified_scope(self.command, self.path, dict(self.headers.items()), body))
        answered = json.dumps({"repositories": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answered)))
        self.end_headers()
        self.wfile.write(answered)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None: ...


def verified_scope(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[str, str]:
    """Region and service of a request whose AWS Signature Version 4 is right; an assertion fails otherwise."""
    lower = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    algorithm, _, rest = lower["authorization"].partition(" ")
    assert algorithm == "AWS4-HMAC-SHA256"
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    _key, day, region, service, end = fields["Credential"].split("/")
    assert end == "aws4_request"
    signed = fields["SignedHeaders"].split(";")
    assert {"host", "x-amz-date", "x-amz-security-token"} <= set(signed)
    path, _, query = target.partition("?")
    pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join(
        [
            method,
            quote(path, safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{lower[name]}" for name in signed),
            "",
            ";".join(signed),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = "\n".join([algorithm, lower["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for step in (day, region, service, "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    assert hmac.digest(key, to_sign.encode(), "sha256").hex() == fields["Signature"]
    return region, service


@pytest.fixture
def gateway() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    scopes: list[tuple[str, str]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (Gateway,), {"scopes": scopes}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", scopes
    server.shutdown()
    server.server_close()


def test_moorages_client_signs_for_api_gateway(gateway: tuple[str, list[tuple[str, str]]]):
    url, scopes = gateway
    moorage.client(endpoint_url=url, region_name="eu-west-1", **CREDENTIALS).describe_repositories()
    assert scopes == [("eu-west-1", "execute-api")]


def test_moorages_client_names_the_one_repository_in_the_path(gateway: tuple[str, list[tuple[str, str]]]):
    url, scopes = gateway
    client = moorage.client(endpoint_url=url, region_name="eu-west-1", **CREDENTIALS)
    paths: list[str] = []
    client.meta.events.register("before-send.ecr", lambda request, **_: paths.append(urlsplit(request.url).path))
    arn = "arn:aws:ecr:eu-west-1:123456789012:repository/team-a/web"
    client.describe_repositories(repositoryNames=["team-a/web"])
    client.describe_repositories(repositoryNames=["team-a/web", "team-b/web"])
    client.describe_repositories(repositoryNames=["team-a/%2e%2e"])
    client.list_images(repositoryName="team-a/web")
    client.list_tags_for_resource(resourceArn=arn)
    assert paths == [
        "/r/DescribeRepositories/team-a/web",
        "/",
        "/",
        "/r/ListImages/team-a/web",
        "/r/ListTagsForResource/team-a/web",
    ]
    assert scopes == [("eu-west-1", "execute-api")] * 5


def test_an_unchanged_client_signs_for_ecr_and_with_the_data_path_for_api_gateway(
    gateway: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
):
    url, scopes = gateway
    options = {"endpoint_url": url, "region_name": "eu-west-1", **CREDENTIALS}
    boto3.Session().client("ecr", **options).describe_repositories()
    monkeypatch.setenv("AWS_DATA_PATH", str(moorage.AWS_DATA))
    boto3.Session().client("ecr", **options).describe_repositories()
    assert scopes == [("eu-west-1", "ecr"), ("eu-west-1", "execute-api")]


@pytest.mark.parametrize(
    ("method", "target"), [("POST", "/direct-uploads"), ("GET", "/direct-uploads/x?nextToken=MQ%3D%3D")]
)
def test_plain_requests_are_signed_too(method: str, target: str):
    session = boto3.Session(region_name="eu-west-1", **CREDENTIALS)
    url = f"https://registry.example{target}"
    body = b'{"layerSize": 1}' if method == "POST" else b""
    headers = RequestSigner(url, session).headers(method, url, body, {"content-type": "application/json"})
    headers["Host"] = urlsplit(url).netloc
    assert verified_scope(method, target, headers, body) == ("eu-west-1", "execute-api")


def test_the_region_comes_from_the_endpoints_name_where_it_has_one():
    url = "https://abc123.execute-api.ap-southeast-2.amazonaws.com"
    assert region_of(url) == "ap-southeast-2"
    assert region_of("https://registry.example.com") is None
    assert moorage.client(endpoint_url=url, **CREDENTIALS).meta.region_name == "ap-southeast-2"
    assert moorage.client(endpoint_url=url, region_name="eu-west-1", **CREDENTIALS).meta.region_name == "eu-west-1"
