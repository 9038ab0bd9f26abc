"""What answers at an endpoint, and what does not: the client says which of the two, and repeats only what can help."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from moorage_client import retry
from moorage_client.direct_client import DirectApiError, DirectClient, UnreachableError
from moorage_client.http import ClientSetupError, http_client
from moorage_client.part_sender import TIMEOUT, PartSender

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "thing", "AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE_SECONDS", 0)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@contextmanager
def answering(*answers: tuple[int, bytes]) -> Iterator[tuple[str, list[str]]]:
    """An HTTP server that gives these answers one after the other, the last one forever; and what was asked."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[min(len(seen), len(answers) - 1)]
            seen.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_CONNECT = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}", seen
    finally:
        listening.shutdown()
        listening.server_close()


def test_an_endpoint_where_nobody_answers_is_named_at_the_first_attempt():
    told: list[str] = []
    client = DirectClient("http://127.0.0.1:9", told.append)
    with client, pytest.raises(UnreachableError, match=r"http://127\.0\.0\.1:9 cannot be reached: "):
        client.status("any")
    assert len(told) == retry.ATTEMPTS - 1
    assert told[0].startswith("http://127.0.0.1:9 cannot be reached: ")
    assert told[0].endswith("trying again in 0 s (2 of 6)")


@pytest.mark.parametrize(
    "answer",
    [(200, b"<html>Welcome</html>"), (404, b"<html>"), (200, b"[]"), (200, b'{"status": "up"}'), (301, b"moved")],
)
def test_a_server_that_is_not_a_registry_is_reported_at_once(answer: tuple[int, bytes]):
    with answering(answer) as (url, seen), DirectClient(url) as client:
        with pytest.raises(UnreachableError, match="is not a Moorage registry: it returned "):
            client.status("any")
        assert len(seen) == 1


@pytest.mark.parametrize("busy", [(503, b"{}"), (429, b"{}"), (502, b"<html>"), (504, b"")])
def test_a_busy_registry_is_asked_again_and_the_user_is_told(busy: tuple[int, bytes]):
    told: list[str] = []
    with answering(busy, busy, (200, b'{"uploadId": "x"}')) as (url, seen), DirectClient(url, told.append) as client:
        assert client.status("x") == {"uploadId": "x"}
        assert len(seen) == 3
    assert [f"is busy (status {busy[0]})" in sentence for sentence in told] == [True, True]


def test_a_registry_that_stays_busy_is_reported_with_its_own_words():
    body = b'{"code": "ServerException", "message": "Try again later"}'
    with answering((503, body)) as (url, seen), DirectClient(url) as client:
        with pytest.raises(DirectApiError, match="ServerException: Try again later"):
            client.status("x")
        assert len(seen) == retry.ATTEMPTS


@pytest.mark.parametrize("statuses", [[200], [412], [409, 200], [409, 412], [503, 409, 409, 200]])
def test_s3_is_asked_again_while_another_request_writes_the_key_and_has_the_layer_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statuses: list[int]
):
    layer, left = tmp_path / "layer", list(statuses)
    layer.write_bytes(b"a layer")
    monkeypatch.setattr(PartSender, "_try_to_put", lambda *_: left.pop(0))
    page = {"uploadId": "x", "layerSize": 7, "parts": [], "put": {"url": "http://127.0.0.1:9/layer", "headers": {}}}
    with DirectClient("http://127.0.0.1:9") as client, PartSender(layer, client, lambda _: None, 1) as sender:
        sender.send_all(page)
    assert left == []


def test_a_part_is_sent_with_its_own_length_and_type_and_the_signed_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    layer, seen = tmp_path / "layer", list[httpx.Request]()
    layer.write_bytes(b"a layer")
    s3 = httpx.MockTransport(lambda request: seen.append(request) or httpx.Response(200))
    monkeypatch.setattr("moorage_client.part_sender.http_client", lambda *_: httpx.Client(transport=s3))
    put = {"url": "http://127.0.0.1:9/layer", "headers": {"If-None-Match": "*", "Content-Length": "1"}}
    page = {"uploadId": "x", "layerSize": 7, "parts": [], "put": put}
    with DirectClient("http://127.0.0.1:9") as client, PartSender(layer, client, lambda _: None, 1) as sender:
        sender.send_all(page)
    names = ("content-type", "content-length", "if-none-match")
    assert [request.headers[name] for request in seen for name in names] == ["application/octet-stream", "7", "*"]


def test_a_proxy_that_reaches_nobody_is_named_at_once(monkeypatch: pytest.MonkeyPatch):
    with answering((502, b"<html>no such host</html>")) as (proxy, seen):
        monkeypatch.setenv("HTTP_PROXY", proxy)
        reason = r"it returned 502 .* through the proxy 127\.0\.0\.1"
        with DirectClient("http://registry.example") as client, pytest.raises(UnreachableError, match=reason):
            client.status("any")
        assert len(seen) == 1


def test_a_proxy_that_refuses_a_tunnel_is_named_at_once(monkeypatch: pytest.MonkeyPatch):
    with answering((403, b"no")) as (proxy, seen):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        reason = r"cannot be reached through the proxy 127\.0\.0\.1: "
        with DirectClient("https://registry.example") as client, pytest.raises(UnreachableError, match=reason):
            client.status("any")
        assert len(seen) == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with answering((200, b'{"uploadId": "x"}')) as (url, _), DirectClient(url) as client:
        assert client.status("x") == {"uploadId": "x"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "socks9://127.0.0.1:9"), ("ALL_PROXY", "://"), ("SSL_CERT_FILE", "/nowhere/certificates.pem")],
)
def test_an_environment_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(ClientSetupError, match=name):
        http_client("https://registry.example", TIMEOUT)
    http_client("http://127.0.0.1:9", TIMEOUT).close()
