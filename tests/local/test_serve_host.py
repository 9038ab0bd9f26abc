"""`moorage serve --host 0.0.0.0`: each address that it tells is one that the client reaches.

The client uses 127.0.0.2, on which S3 does not listen, as a client on another machine or behind a published port.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from moorage_gateway.exchange import Answer
from moorage_local.server.addresses import Addresses
from moorage_local.testing import local_ecr_client

from tests.support import layers
from tests.support.command import run
from tests.support.engines import Server, serving

LAYER = os.urandom(3_000_000)
DIGEST = layers.digest_of(LAYER)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("host"), None, "--host", "0.0.0.0") as running:
        yield running


@pytest.fixture(scope="module")
def host(server: Server) -> str:
    return f"127.0.0.2:{urlsplit(server.url).port}"


@pytest.fixture(scope="module")
def download_url(host: str) -> str:
    ecr = local_ecr_client(f"http://{host}")
    uri = ecr.create_repository(repositoryName="app")["repository"]["repositoryUri"]
    assert uri == f"{host}/app"
    layers.push(ecr, "app", LAYER)
    return ecr.get_download_url_for_layer(repositoryName="app", layerDigest=DIGEST)["downloadUrl"]


def test_a_layer_is_downloaded_through_the_host_that_the_client_used(download_url: str, host: str):
    assert urlsplit(download_url).netloc == host
    with urllib.request.urlopen(download_url) as response:
        assert response.read() == LAYER
    part = urllib.request.Request(download_url, headers={"range": "bytes=10-19"})
    with urllib.request.urlopen(part) as response:
        assert (response.status, response.read()) == (206, LAYER[10:20])


def test_an_oci_client_is_redirected_to_a_host_that_it_reaches(download_url: str, host: str):
    with urllib.request.urlopen(f"http://{host}/v2/app/blobs/{DIGEST}") as response:
        assert urlsplit(response.url).netloc == host, "where the redirect led to"
        assert response.read() == LAYER


def test_moorage_push_sends_through_it(host: str, download_url: str, tmp_path: Path):
    (tmp_path / "layer").write_bytes(os.urandom(12_000_000))
    arguments = ["push", str(tmp_path / "layer"), "--repository", "app", "--endpoint", f"http://{host}"]
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (0, layers.digest_of((tmp_path / "layer").read_bytes())), errors


@pytest.mark.parametrize("change", ["no signature", "another signature", "another object", "another method"])
def test_the_way_to_the_store_opens_nothing_without_its_signature(download_url: str, change: str):
    changed = {
        "no signature": download_url.partition("?")[0],
        "another signature": download_url[:-4] + "0000",
        "another object": download_url.replace("/blobs/", "/blobs/0", 1),
        "another method": download_url,
    }[change]
    method, body = ("PUT", b"other content") if change == "another method" else ("GET", None)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(changed, data=body, method=method))
    with refused.value as error:
        assert error.code == 403


def test_user_text_that_looks_like_an_address_is_left_as_it_is():
    addresses = Addresses("127.0.0.1:1", "http://127.0.0.1:2")
    document = {
        "repository": {"repositoryUri": "127.0.0.1:1/app"},
        "imageManifest": '{"url": "http://127.0.0.1:2/x"}',
        "tags": [{"Key": "url", "Value": "http://127.0.0.1:2/x"}],
    }
    answer = Answer(200, [("content-type", "application/x-amz-json-1.1")], json.dumps(document).encode())
    seen = addresses.seen_by_client(answer, "http", "registry.example:80")
    assert isinstance(seen.body, bytes)
    assert json.loads(seen.body) == {**document, "repository": {"repositoryUri": "registry.example:80/app"}}
    manifest = Answer(
        200, [("content-type", "application/vnd.oci.image.index.v1+json")], b'{"url": "http://127.0.0.1:2/x"}'
    )
    assert addresses.seen_by_client(manifest, "http", "registry.example:80").body == manifest.body
