"""`moorage push` and `moorage uploads` as processes, against a running server."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from moorage_client.direct_client import DirectClient
from moorage_client.part_sender import PartSender, SendError, UploadOverError
from moorage_client.watched_completion import verify

from tests.support.command import digest_of, moorage, push_arguments, run
from tests.support.engines import Server

MIB = 1024 * 1024
IN_PARTS = ("--single-put-up-to", "0")


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


def test_a_file_that_is_pushed_in_parts_is_a_layer_too(server: Server, repository: str, layer: Path, tmp_path: Path):
    assert run(*push_arguments(layer, repository, server), *IN_PARTS, state=tmp_path)[:2] == (0, digest_of(layer))
    [found] = server.ecr().batch_check_layer_availability(repositoryName=repository, layerDigests=[digest_of(layer)])[
        "layers"
    ]
    assert found["layerAvailability"] == "AVAILABLE"


def test_a_file_that_s3_has_although_its_answer_was_lost_is_not_sent_again(
    server: Server, repository: str, layer: Path
):
    told: list[str] = []
    with DirectClient(server.url) as client:
        page = client.initiate(whole(repository, digest_of(layer), layer))
        for _ in range(2):
            with PartSender(layer, client, lambda _: None, 4, told.append) as sender:
                sender.send_all(page)
        verify(client, page["uploadId"], lambda _: None)
    assert told == [], "nothing is repeated"


def test_a_file_that_changed_after_it_was_hashed_is_named_at_once(server: Server, repository: str, layer: Path):
    told: list[str] = []
    with DirectClient(server.url) as client:
        page = client.initiate(whole(repository, f"sha256:{'0' * 64}", layer))
        with (
            PartSender(layer, client, lambda _: None, 4, told.append) as sender,
            pytest.raises(SendError, match="changed"),
        ):
            sender.send_all(page)
    assert told == [], "nothing is repeated"


def whole(repository: str, digest: str, layer: Path) -> dict[str, Any]:
    """The announcement of a file that one request sends."""
    size_bytes = layer.stat().st_size
    return {"repositoryName": repository, "layerDigest": digest, "layerSize": size_bytes, "singlePut": True}


def test_pushing_again_sends_nothing_and_succeeds(server: Server, repository: str, layer: Path, tmp_path: Path):
    for _ in range(2):
        assert run(*push_arguments(layer, repository, server), state=tmp_path)[:2] == (0, digest_of(layer))


def test_a_refusal_is_told_and_fails(server: Server, layer: Path, tmp_path: Path):
    status, output, errors = run(*push_arguments(layer, "Push/None", server), state=tmp_path)
    assert (status, output) == (1, "")
    assert "InvalidParameterException" in errors
    assert "Traceback" not in errors


class SlowProxy(BaseHTTPRequestHandler):
    """Passes requests on; parts go through it as well, so that it can hold them up and count them."""

    target: str
    parts: list[str]
    go_on: threading.Event
    hang_up: threading.Event
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/s3/"):
            _, _, host, path = self.path.split("/", 3)
            self.parts.append(path)
            if len(self.parts) > 2:
                self.close_connection = True
                self.go_on.wait(60)
                if self.hang_up.is_set():
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
    members = {"target": server.url, "parts": [], "go_on": threading.Event(), "hang_up": threading.Event()}
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
    arguments = ["push", str(layer), "--repository", repository, "--endpoint", url, "--parallel", "1", *IN_PARTS]
    first = moorage(*arguments, state=tmp_path)
    while len(members["parts"]) < 3:
        assert first.poll() is None, first.communicate()
        time.sleep(0.02)
    status, listed, _ = run("uploads", state=tmp_path)
    assert status == 0
    assert repository in listed
    assert "uploading" in listed
    assert "33.6 MB" in listed
    members["hang_up"].set()  # so that it cannot finish before it sees the signal
    first.send_signal(signal.SIGINT)
    members["go_on"].set()
    _, errors = first.communicate(timeout=60)
    members["hang_up"].clear()
    assert first.returncode == 130, errors
    assert "it sends only the parts that S3 does not have" in errors
    sent_before = len(members["parts"])
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (0, digest_of(layer)), errors
    assert len(members["parts"]) - sent_before in (2, 3)
    assert run("uploads", state=tmp_path)[1] == ""


def test_a_part_for_an_upload_that_another_process_completed_ends_at_once_with_the_layer(
    server: Server, repository: str, layer: Path
):
    size_bytes = layer.stat().st_size
    descriptor = {"repositoryName": repository, "layerDigest": digest_of(layer), "layerSize": size_bytes}
    told: list[str] = []
    with DirectClient(server.url) as client:
        page = client.initiate(descriptor)
        with PartSender(layer, client, lambda _: None, 4) as winner:
            winner.send_all(page)
        verify(client, page["uploadId"], lambda _: None)
        with PartSender(layer, client, lambda _: None, 4, told.append) as loser, pytest.raises(UploadOverError):
            loser.send_all(page)
        assert client.status(page["uploadId"])["status"] == "completed"
    assert told == [], "nothing is repeated"


def test_a_push_whose_repository_was_created_again_says_run_it_again_and_then_succeeds(
    server: Server, repository: str, layer: Path, tmp_path: Path, proxy: tuple[str, Mapping[str, Any]]
):
    url, members = proxy
    arguments = ["push", str(layer), "--repository", repository, "--endpoint", url, "--parallel", "1", *IN_PARTS]
    first = moorage(*arguments, state=tmp_path)
    while len(members["parts"]) < 3:
        assert first.poll() is None, first.communicate()
        time.sleep(0.02)
    server.ecr().delete_repository(repositoryName=repository, force=True)
    server.ecr().create_repository(repositoryName=repository)
    members["go_on"].set()
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 1
    assert "UploadNotFoundException: " in errors
    assert errors.rstrip().endswith("Run the same command again.")
    assert run(*arguments, state=tmp_path)[:2] == (0, digest_of(layer))
