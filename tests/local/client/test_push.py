"""`moorage push` and `moorage uploads` as processes, against a running server."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from moorage_client import direct_client
from moorage_client.direct_client import UnreachableError

from tests.support.engines import Server

MIB = 1024 * 1024


def moorage(*arguments: str, state: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "moorage_cli", *arguments],
        env={**os.environ, "XDG_STATE_HOME": str(state), "COLUMNS": "240", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, state: Path, **environment: str) -> tuple[int, str, str]:
    process = moorage(*arguments, state=state, **environment)
    output, errors = process.communicate(timeout=120)
    return process.returncode, output.strip(), errors


def push_arguments(file: Path, repository: str, server: Server) -> list[str]:
    return ["push", str(file), "--repository", repository, "--endpoint", server.url]


@pytest.fixture
def repository(server: Server) -> str:
    name = f"push/{os.urandom(6).hex()}"
    server.ecr().create_repository(repositoryName=name)
    return name


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    file = tmp_path / "layer.tar"
    file.write_bytes(os.urandom(40 * MIB + 17))
    return file


def digest_of(file: Path) -> str:
    return f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def test_a_pushed_file_is_a_layer_and_its_digest_is_printed(
    server: Server, repository: str, layer: Path, tmp_path: Path
):
    arguments = [*push_arguments(layer, repository, server), "--media-type", "application/x-test"]
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (0, digest_of(layer)), errors
    [found] = server.ecr().batch_check_layer_availability(repositoryName=repository, layerDigests=[output])["layers"]
    assert (found["layerAvailability"], found["layerSize"]) == ("AVAILABLE", layer.stat().st_size)
    assert found["mediaType"] == "application/x-test"
    url = server.ecr().get_download_url_for_layer(repositoryName=repository, layerDigest=output)["downloadUrl"]
    assert httpx.get(url).content == layer.read_bytes()


def test_pushing_again_sends_nothing_and_succeeds(server: Server, repository: str, layer: Path, tmp_path: Path):
    for _ in range(2):
        assert run(*push_arguments(layer, repository, server), state=tmp_path)[:2] == (0, digest_of(layer))


def test_a_refusal_is_told_and_fails(server: Server, layer: Path, tmp_path: Path):
    status, output, errors = run(*push_arguments(layer, "push/none", server), state=tmp_path)
    assert (status, output) == (1, "")
    assert "RepositoryNotFoundException" in errors
    assert "Traceback" not in errors


def test_an_endpoint_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(direct_client, "FIRST_PAUSE_SECONDS", 0)
    with direct_client.DirectClient("http://127.0.0.1:9") as client, pytest.raises(UnreachableError) as unreachable:
        client.status("any")
    assert "http://127.0.0.1:9 cannot be reached: " in str(unreachable.value)


class SlowProxy(BaseHTTPRequestHandler):
    """Passes requests on; parts go through it as well, so that it can hold them up and count them."""

    target: str
    parts: list[str]
    go_on: threading.Event
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/s3/"):
            _, _, host, path = self.path.split("/", 3)
            self.parts.append(path)
            if len(self.parts) > 2 and not self.go_on.wait(60):
                return
            answered = httpx.request(self.command, f"http://{host}/{path}", content=body, timeout=60)
            content = answered.content
        else:
            answered = httpx.request(self.command, f"{self.target}{self.path}", content=body, timeout=60)
            proxy = self.headers["Host"]
            content = answered.content.replace(b'"url": "http://', f'"url": "http://{proxy}/s3/'.encode())
        self.send_response(answered.status_code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def proxy(server: Server) -> Iterator[tuple[str, Mapping[str, Any]]]:
    members = {"target": server.url, "parts": [], "go_on": threading.Event()}
    listening = ThreadingHTTPServer(("127.0.0.1", 0), type("Proxy", (SlowProxy,), members))
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}", members
    members["go_on"].set()
    listening.shutdown()
    listening.server_close()


def test_after_ctrl_c_it_sends_only_the_parts_that_s3_lacks(
    repository: str, tmp_path: Path, proxy: tuple[str, Mapping[str, Any]]
):
    """The proxy does not forward the Host header, so the signatures of the part URLs stay valid."""
    url, members = proxy
    layer = tmp_path / "layer.tar"
    layer.write_bytes(os.urandom(80 * MIB))
    arguments = ["push", str(layer), "--repository", repository, "--endpoint", url, "--parallel", "1"]
    first = moorage(*arguments, state=tmp_path)
    while len(members["parts"]) < 3:
        assert first.poll() is None, first.communicate()
        time.sleep(0.02)
    status, listed, _ = run("uploads", state=tmp_path)
    assert status == 0
    assert repository in listed
    assert "uploading" in listed
    assert "33.6 MB" in listed
    first.send_signal(signal.SIGINT)
    members["go_on"].set()
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 130, errors
    assert "resumes" in errors
    sent_before = len(members["parts"])
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (0, digest_of(layer)), errors
    assert len(members["parts"]) - sent_before in (2, 3)
    assert "There are no unfinished pushes" in run("uploads", state=tmp_path)[1]
