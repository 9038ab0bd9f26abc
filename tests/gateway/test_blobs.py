"""Blobs through a gateway in front of a registry: their bytes go to S3, and only whole blobs become layers."""

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import httpx
import pytest
from moorage_gateway.backend import Backend
from moorage_gateway.blobs import direct
from moorage_gateway.blobs.front import Front, front_of

from tests.support.clients.access_log import AccessLog, access_log_of
from tests.support.engines import Server, serving
from tests.support.gateway import RunningGateway, read_all, running_gateway
from tests.support.layers import digest_of

LAYER = os.urandom(3_000_000)
EMPTY = digest_of(b"")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with (
        TemporaryDirectory(prefix="moorage-front-") as directory,
        access_log_of(Path(directory)).open("w") as log,
        serving(Path(directory), None, "--log-level", "info", log=log) as running,
    ):
        yield running


@pytest.fixture
def front(server: Server) -> Front:
    return front_of(server.url)


@pytest.fixture
def gateway(front: Front) -> Iterator[RunningGateway]:
    with running_gateway(front.routes, at_end=front.close) as running:
        yield running


@pytest.fixture
def client(gateway: RunningGateway) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url, trust_env=False, timeout=60) as made:
        yield made


@pytest.fixture
def repository(server: Server) -> str:
    name = f"front/{uuid.uuid4()}"
    server.ecr().create_repository(repositoryName=name)
    return name


@pytest.fixture
def sent_to_s3(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The presigned URLs to which something was sent."""
    urls: list[str] = []
    put = Backend.put

    async def noted(self: Backend, url: str, *arguments: Any) -> int:
        urls.append(url)
        return await put(self, url, *arguments)

    monkeypatch.setattr(Backend, "put", noted)
    return urls


def start(client: httpx.Client, repository: str) -> str:
    answer = client.post(f"/v2/{repository}/blobs/uploads/")
    assert answer.status_code == 202
    return answer.headers["location"]


def push_whole(client: httpx.Client, repository: str, layer: bytes) -> httpx.Response:
    return client.put(f"{start(client, repository)}?digest={digest_of(layer)}", content=layer)


def layer_of(server: Server, repository: str, digest: str) -> bytes:
    url = server.ecr().get_download_url_for_layer(repositoryName=repository, layerDigest=digest)["downloadUrl"]
    return httpx.get(url, trust_env=False).content


def is_available(server: Server, repository: str, digest: str) -> bool:
    checked = server.ecr().batch_check_layer_availability(repositoryName=repository, layerDigests=[digest])
    return [each["layerAvailability"] for each in checked["layers"]] == ["AVAILABLE"]


def chunked(layer: bytes) -> Iterator[bytes]:
    for place in range(0, len(layer), 70_000):
        yield layer[place : place + 70_000]


def test_a_streamed_patch_becomes_a_layer_and_no_byte_of_it_reaches_the_registry(
    client: httpx.Client, server: Server, repository: str
):
    layer, log = LAYER + repository.encode(), AccessLog(server.state)
    patched = client.patch(start(client, repository), content=chunked(layer))
    assert (patched.status_code, patched.headers["range"]) == (202, f"0-{len(layer) - 1}")
    digest = digest_of(layer)
    made = client.put(f"{patched.headers['location']}?digest={digest}")
    assert (made.status_code, made.headers["docker-content-digest"]) == (201, digest)
    assert layer_of(server, repository, digest) == layer
    log.wait_for("POST", f"/r/CompleteDirectUpload/{repository}")
    assert sum(each.received_bytes for each in log.exchanges() if repository in each.path) < 2000


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_blob_that_comes_whole_becomes_a_layer(client: httpx.Client, server: Server, repository: str, method: str):
    layer = LAYER + repository.encode()
    location = f"/v2/{repository}/blobs/uploads/" if method == "POST" else start(client, repository)
    made = client.request(method, f"{location}?digest={digest_of(layer)}", content=layer)
    assert made.status_code == 201
    assert layer_of(server, repository, digest_of(layer)) == layer


def test_a_blob_is_made_of_chunks_in_order(client: httpx.Client, server: Server, repository: str):
    layer, location = LAYER + repository.encode(), start(client, repository)
    ranges = [(0, 999_999), (1_000_000, 1_999_999)]
    for first, last in ranges:
        headers = {"content-range": f"{first}-{last}"}
        location = client.patch(location, content=layer[first : last + 1], headers=headers).headers["location"]
    again = client.patch(location, content=layer[:1_000_000], headers={"content-range": "0-999999"})
    assert (again.status_code, again.headers["range"]) == (416, "0-1999999")
    assert client.put(f"{location}?digest={digest_of(layer)}", content=layer[2_000_000:]).status_code == 201
    assert layer_of(server, repository, digest_of(layer)) == layer


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_blob_whose_answer_from_s3_was_lost_is_found_there(
    client: httpx.Client, server: Server, repository: str, lost: int, monkeypatch: pytest.MonkeyPatch
):
    layer, sent, put = LAYER + repository.encode(), [], Backend.put

    async def losing(self: Backend, url: str, *arguments: Any) -> int:
        sent.append(await put(self, url, *arguments))
        if len(sent) <= lost:
            raise aiohttp.ServerDisconnectedError
        return sent[-1]

    monkeypatch.setattr(direct, "FIRST_DELAY_SECONDS", 0)
    monkeypatch.setattr(Backend, "put", losing)
    patched = client.patch(start(client, repository), content=layer)
    assert client.put(f"{patched.headers['location']}?digest={digest_of(layer)}").status_code == 201
    assert sent == [200] + [412] * lost
    assert layer_of(server, repository, digest_of(layer)) == layer


@pytest.mark.parametrize("way", ["whole", "patched"])
def test_a_blob_that_is_there_is_not_sent_on(client: httpx.Client, repository: str, way: str, sent_to_s3: list[str]):
    layer = LAYER + repository.encode()
    assert push_whole(client, repository, layer).status_code == 201
    assert len(sent_to_s3) == 1
    if way == "whole":
        assert push_whole(client, repository, layer).status_code == 201
    else:
        location = client.patch(start(client, repository), content=chunked(layer)).headers["location"]
        assert client.put(f"{location}?digest={digest_of(layer)}").status_code == 201
    assert len(sent_to_s3) == 1


def test_a_client_that_waits_to_be_asked_sends_nothing_of_a_blob_that_is_there(
    client: httpx.Client, gateway: RunningGateway, repository: str
):
    layer = LAYER + repository.encode()
    push_whole(client, repository, layer)
    target = f"{start(client, repository)}?digest={digest_of(layer)}"
    head = f"PUT {target} HTTP/1.1\r\nHost: g\r\nContent-Length: {len(layer)}\r\nExpect: 100-continue\r\n\r\n"
    assert gateway.exchange(head.encode()).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize("way", ["whole", "patched"])
def test_a_blob_with_another_digest_is_refused(client: httpx.Client, server: Server, repository: str, way: str):
    wrong, location = digest_of(repository.encode()), start(client, repository)
    if way == "patched":
        location = client.patch(location, content=LAYER).headers["location"]
    refused = client.put(f"{location}?digest={wrong}", content=LAYER if way == "whole" else b"")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "DIGEST_INVALID")
    assert not is_available(server, repository, wrong)
    assert not is_available(server, repository, digest_of(LAYER))


def test_a_body_shorter_than_promised_never_becomes_a_layer(
    client: httpx.Client, gateway: RunningGateway, server: Server, repository: str
):
    layer = LAYER + repository.encode()
    target = f"{start(client, repository)}?digest={digest_of(layer)}"
    head = f"PUT {target} HTTP/1.1\r\nHost: g\r\nContent-Length: {len(layer)}\r\n\r\n".encode()
    with gateway.connect() as leaving:
        leaving.sendall(head + layer[:-1])
        leaving.shutdown(socket.SHUT_WR)
        assert b" 201 " not in read_all(leaving)
    assert not is_available(server, repository, digest_of(layer))
    assert push_whole(client, repository, layer).status_code == 201


def test_an_upload_is_taken_up_where_its_client_left(
    client: httpx.Client, gateway: RunningGateway, server: Server, repository: str
):
    layer, location = LAYER + repository.encode(), start(client, repository)
    head = f"PATCH {location} HTTP/1.1\r\nHost: g\r\nContent-Length: {len(layer)}\r\n\r\n".encode()
    with gateway.connect() as leaving:
        leaving.sendall(head + layer[:2_000_000])
        leaving.shutdown(socket.SHUT_WR)
        read_all(leaving)
    status = client.get(location)
    kept_bytes = int(status.headers["range"].removeprefix("0-")) + 1
    assert (status.status_code, 1 < kept_bytes <= 2_000_000) == (204, True)
    headers = {"content-range": f"{kept_bytes}-{len(layer) - 1}"}
    assert client.patch(location, content=layer[kept_bytes:], headers=headers).status_code == 202
    assert client.put(f"{location}?digest={digest_of(layer)}").status_code == 201
    assert layer_of(server, repository, digest_of(layer)) == layer


def test_a_completion_that_is_repeated_gets_the_same_answer(client: httpx.Client, repository: str):
    location = client.patch(start(client, repository), content=LAYER).headers["location"]
    answers = [client.put(f"{location}?digest={digest_of(LAYER)}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert client.put(f"{location}?digest={EMPTY}").status_code == 404


def test_a_failure_of_s3_is_repeated_from_what_is_kept(
    client: httpx.Client, server: Server, repository: str, monkeypatch: pytest.MonkeyPatch
):
    layer, put, failures = LAYER + repository.encode(), Backend.put, ["once"]

    async def failing(self: Backend, *arguments: Any) -> int:
        if failures:
            raise aiohttp.ClientConnectionError(failures.pop())
        return await put(self, *arguments)

    monkeypatch.setattr(Backend, "put", failing)
    location = client.patch(start(client, repository), content=layer).headers["location"]
    assert client.put(f"{location}?digest={digest_of(layer)}").status_code == 201
    assert layer_of(server, repository, digest_of(layer)) == layer


def test_a_blob_that_passes_through_is_refused_as_busy_if_s3_fails_and_can_be_pushed_again(
    client: httpx.Client, repository: str, monkeypatch: pytest.MonkeyPatch
):
    layer, put, failures = LAYER + repository.encode(), Backend.put, ["once"]

    async def failing(self: Backend, *arguments: Any) -> int:
        if failures:
            raise aiohttp.ClientConnectionError(failures.pop())
        return await put(self, *arguments)

    monkeypatch.setattr(Backend, "put", failing)
    location = start(client, repository)
    assert client.put(f"{location}?digest={digest_of(layer)}", content=layer).status_code == 429
    assert client.put(f"{location}?digest={digest_of(layer)}", content=layer).status_code == 201


def test_an_empty_blob_becomes_a_layer(client: httpx.Client, server: Server, repository: str):
    assert client.put(f"{start(client, repository)}?digest={EMPTY}").status_code == 201
    assert is_available(server, repository, EMPTY)


def test_an_upload_is_reachable_in_its_repository_only_and_until_it_is_cancelled(client: httpx.Client, repository: str):
    location = start(client, repository)
    elsewhere = location.replace(repository, f"{repository}-other")
    for method in ("GET", "PATCH", "DELETE"):
        assert client.request(method, elsewhere).status_code == 404
    assert client.delete(location).status_code == 204
    gone = client.patch(location, content=b"x")
    assert (gone.status_code, gone.json()["errors"][0]["code"]) == (404, "BLOB_UPLOAD_UNKNOWN")


def test_a_layer_of_another_repository_is_mounted(client: httpx.Client, repository: str, sent_to_s3: list[str]):
    push_whole(client, repository, LAYER)
    other = f"{repository}-other"
    mounted = client.post(f"/v2/{other}/blobs/uploads/?mount={digest_of(LAYER)}&from={repository}")
    assert mounted.status_code == 201
    assert len(sent_to_s3) == 1
