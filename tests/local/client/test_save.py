"""`moorage save`: archives that load again, byte for byte, and that no damage gets into."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage_client import retry
from moorage_client.images import blob_download
from moorage_client.images.blob_download import BlobDownload
from moorage_client.images.errors import ArchiveError, RegistryError
from moorage_client.images.image_tree import Descriptor
from moorage_client.images.save import parse_reference

from tests.support.archives import Layout, docker_files, read_tar, write_tar
from tests.support.command import invoke
from tests.support.engines import Server
from tests.support.layers import digest_of

MIB = 1024 * 1024
LAYER, OTHER = os.urandom(70_000), os.urandom(4096)


def save(server: Server, output: Path, *images: str) -> tuple[int, str, str]:
    return invoke("save", *images, "-o", str(output), "--endpoint", server.url)


def load(server: Server, archive: Path, repository: str) -> str:
    arguments = ["load", str(archive), "--repository", repository, "--create", "--endpoint", server.url]
    status, output, errors = invoke(*arguments)
    assert status == 0, errors
    return output


@pytest.fixture
def layout() -> Layout:
    """An index of two platforms that share a layer, and an image without a tag."""
    made = Layout()
    arm, amd = made.image(LAYER, architecture="arm64"), made.image(LAYER, OTHER)
    made.list(made.index(arm, amd), "v1")
    made.list(made.image(OTHER))
    return made


def test_what_was_saved_loads_and_saves_again_byte_for_byte(
    server: Server, repository: str, layout: Layout, tmp_path: Path
):
    load(server, write_tar(tmp_path / "first.tar", layout.all_files()), repository)
    index, untagged = (each["digest"] for each in layout.listed)
    names = (f"{repository}:v1", f"{repository}@{untagged}")
    status, output, errors = save(server, tmp_path / "saved.tar", *names)
    assert (status, output.splitlines(), errors) == (0, [index, untagged], "")
    saved = read_tar(tmp_path / "saved.tar")
    assert {name: saved[name] for name in layout.files if name.startswith("blobs/")} == {
        name: content for name, content in layout.files.items() if name.startswith("blobs/")
    }
    # Into another registry's repository of the same name, and out again.
    server.ecr().delete_repository(repositoryName=repository, force=True)
    assert load(server, tmp_path / "saved.tar", repository).splitlines() == [f"{index} v1", untagged]
    assert save(server, tmp_path / "again.tar", *names)[0] == 0
    assert (tmp_path / "again.tar").read_bytes() == (tmp_path / "saved.tar").read_bytes()


def test_an_image_of_docker_save_keeps_its_config_and_layers(server: Server, repository: str, tmp_path: Path):
    load(server, write_tar(tmp_path / "first.tar", docker_files(([f"{repository}:v1"], [LAYER, OTHER]))), repository)
    assert save(server, tmp_path / "saved.tar", f"{repository}:v1")[0] == 0
    saved = read_tar(tmp_path / "saved.tar")
    (listed,) = json.loads(saved["manifest.json"])
    assert listed["RepoTags"] == [f"{repository}:v1"]
    assert [saved[name] for name in listed["Layers"]] == [LAYER, OTHER]
    assert json.loads(saved[listed["Config"]])["rootfs"]["diff_ids"] == [digest_of(LAYER), digest_of(OTHER)]
    assert next(iter(saved)) == "oci-layout"


def test_manifest_json_shows_one_platform_of_an_index(server: Server, repository: str, layout: Layout, tmp_path: Path):
    load(server, write_tar(tmp_path / "first.tar", layout.all_files()), repository)
    assert save(server, tmp_path / "saved.tar", f"{repository}:v1")[0] == 0
    saved = read_tar(tmp_path / "saved.tar")
    (listed,) = json.loads(saved["manifest.json"])
    assert json.loads(saved[listed["Config"]])["architecture"] == "amd64"
    (entry,) = json.loads(saved["index.json"])["manifests"]
    assert entry["annotations"] == {
        "io.containerd.image.name": f"docker.io/{repository}:v1",
        "org.opencontainers.image.ref.name": "v1",
    }


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("{repository}:none", 1, "moorage: ImageNotFound: "),
        ("no/such:v1", 1, "moorage: RepositoryNotFoundException: "),
        ("{repository}@sha256:1", 2, "is not an image: write NAME:TAG or NAME@sha256:…"),
    ],
)
def test_what_cannot_be_saved_is_told_in_one_line_and_leaves_no_file(
    server: Server, repository: str, tmp_path: Path, name: str, status: int, message: str
):
    (tmp_path / "saved.tar").write_bytes(b"an older file")
    found, output, errors = save(server, tmp_path / "saved.tar", name.format(repository=repository))
    assert (found, output, len(errors.splitlines())) == (status, "", 1)
    assert message in errors
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"saved.tar": b"an older file"}


def test_references_are_read_like_dockers():
    assert parse_reference("harbour/anchor").image_id == {"imageTag": "latest"}
    assert parse_reference("harbour/anchor:v1").repository == "harbour/anchor"
    assert parse_reference(f"harbour@{digest_of(LAYER)}").image_id == {"imageDigest": digest_of(LAYER)}
    for wrong in ("", ":v1", "harbour:", "@" + digest_of(LAYER)):
        with pytest.raises(ArchiveError, match="is not an image"):
            parse_reference(wrong)


class Storage(BaseHTTPRequestHandler):
    """Sends `content`, but as many bytes as `pieces` says at a time before it hangs up."""

    content: bytes
    pieces: list[int | None]
    ranges: list[str | None]

    def do_GET(self) -> None:
        requested = self.headers.get("Range")
        self.ranges.append(requested)
        body = self.content[int(requested[6:-1]) if requested else 0 :]
        self.send_response(206 if requested else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.pieces.pop(0) if self.pieces else None])

    def log_message(self, *_arguments: Any) -> None:
        pass


class Urls:
    """A registry that knows where everything is."""

    def __init__(self, url: str) -> None:
        self._url = url

    def download_url(self, *_arguments: object) -> str:
        return self._url


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(retry, "FIRST_PAUSE_SECONDS", 0.0)
    handler = type("Handler", (Storage,), {"content": LAYER, "pieces": [], "ranges": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        handler.url = f"http://127.0.0.1:{running.server_port}/"  # type: ignore[attr-defined]
        yield handler
        running.shutdown()


def downloaded(storage: Any, size_bytes: int = len(LAYER)) -> bytes:
    registry: Any = Urls(storage.url)
    with BlobDownload(registry, "harbour", lambda _: None) as download:
        return b"".join(download.blocks(Descriptor(Digest.of(digest_of(LAYER)), size_bytes, "")))


def test_a_download_that_is_interrupted_is_resumed_where_it_is(storage: Any):
    storage.pieces += [30_000, 10_000]
    assert hashlib.sha256(downloaded(storage)).hexdigest() == digest_of(LAYER)[7:]
    assert storage.ranges == [None, "bytes=30000-", "bytes=40000-"]


def test_other_bytes_than_the_digest_names_are_refused(storage: Any):
    storage.content = LAYER[:-1] + bytes([LAYER[-1] ^ 1])
    with pytest.raises(RegistryError, match="has the digest sha256:"):
        downloaded(storage)


def test_more_bytes_than_the_manifest_names_are_refused(storage: Any):
    with pytest.raises(RegistryError, match="more than the 69999 bytes"):
        downloaded(storage, len(LAYER) - 1)


def test_a_download_that_never_ends_well_is_given_up(storage: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(blob_download, "ATTEMPTS", 3)
    storage.pieces += [10] * 3
    with pytest.raises(RegistryError, match="is incomplete"):
        downloaded(storage)
    assert len(storage.ranges) == 3
