"""Archives that are not what they should be: one clear error each, whatever is wrong, before anything is sent."""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moorage_client.images import archive as archives
from moorage_client.images.errors import ArchiveError
from moorage_client.images.load import LoadOptions, archived_images
from moorage_client.images.oci_layout import tag_of

from tests.support.archives import Files, Layout, docker_files, write_directory, write_tar
from tests.support.layers import digest_of

LAYER, OTHER = b"layer " * 300, b"other " * 300


def read(path: Path, platform: str | None = None) -> Any:
    options = LoadOptions(source=path, repository="harbour", endpoint="http://127.0.0.1:1", platform=platform)
    images = archived_images(options)
    for image in images:
        for blob in image.tree.all_blobs():
            blob.require_digest()
    return images


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveError) as refused:
        read(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def layout_files(change: Callable[[Files], object] = lambda _: None) -> Files:
    layout = Layout()
    layout.list(layout.image(LAYER), "v1")
    files = layout.all_files()
    change(files)
    return files


def docker(change: Callable[[Files], object] = lambda _: None) -> Files:
    files = docker_files((["a:v1"], [LAYER]))
    change(files)
    return files


def blob_of(content: bytes) -> str:
    return f"blobs/sha256/{digest_of(content)[7:]}"


LAYER_NAME = f"{digest_of(LAYER + b'id')[7:]}/layer.tar"
CONFIG_NAME = next(name for name in docker() if name.endswith(".json") and name != "manifest.json")
MANIFEST = json.loads(layout_files()["index.json"])["manifests"][0]
MANIFEST_NAME = f"blobs/sha256/{MANIFEST['digest'][7:]}"
WRONG: list[tuple[Files, str]] = [
    ({"readme": b"text"}, "neither an OCI layout nor an archive of `docker save`"),
    (layout_files(lambda files: files.pop(blob_of(LAYER))), f"it lacks {blob_of(LAYER)}"),
    (
        layout_files(lambda files: files.update({blob_of(LAYER): LAYER[:-1]})),
        "has 1799 bytes, and its manifest names 1800",
    ),
    (layout_files(lambda files: files.update({blob_of(LAYER): OTHER})), f"has the digest {digest_of(OTHER)}"),
    (layout_files(lambda files: files.pop(MANIFEST_NAME)), f"it lacks {MANIFEST_NAME}"),
    (layout_files(lambda files: files.update({MANIFEST_NAME: b"{}"})), "the content of the manifest"),
    (layout_files(lambda files: files.update({"index.json": b"[]"})), "index.json"),
    (layout_files(lambda files: files.update({"index.json": b'{"schemaVersion": 2}'})), "index.json.manifests"),
    (
        layout_files(lambda files: files.update({"index.json": b'{"schemaVersion": 2, "manifests": []}'})),
        "has no image",
    ),
    (layout_files(lambda files: files.update({"index.json": bytes(5 * 1024 * 1024)})), "at most 4194304 are read"),
    (docker(lambda files: files.pop(LAYER_NAME)), f"it lacks {LAYER_NAME}"),
    (docker(lambda files: files.update({LAYER_NAME: OTHER})), f"its config names {digest_of(LAYER)}"),
    (docker(lambda files: files.update({CONFIG_NAME: b"{}"})), f"the content of the config {CONFIG_NAME}"),
    (docker(lambda files: files.update({"manifest.json": b"{"})), "manifest.json is not JSON"),
    (docker(lambda files: files.update({"manifest.json": b"{}"})), "manifest.json is not a list of images"),
    (
        docker(lambda files: files.update({"manifest.json": b'[{"Config": 3, "Layers": []}]'})),
        "Config of manifest.json",
    ),
    (
        docker(lambda files: files.update({"manifest.json": b'[{"Config": "../../etc/passwd", "Layers": []}]'})),
        "'../../etc/passwd' leads outside",
    ),
    (
        docker(lambda files: files.update({"manifest.json": json.dumps([{"Config": CONFIG_NAME}]).encode()})),
        f"lists 0 layers, and the config {CONFIG_NAME} lists 1",
    ),
    (docker_files((["a:-v"], [LAYER])), "'a:-v' has no valid tag"),
]


@pytest.mark.parametrize(("files", "message"), WRONG, ids=[message for _, message in WRONG])
@pytest.mark.parametrize("write", [write_tar, write_directory])
def test_what_is_wrong_is_named(tmp_path: Path, write: Any, files: Files, message: str):
    assert message in refusal(write(tmp_path / "image", files))


@pytest.mark.parametrize("name", ["/etc/passwd", "../out", "blobs/../../out"])
def test_an_entry_outside_of_the_archive_is_refused(tmp_path: Path, name: str):
    assert f"{name!r} leads outside of the archive" in refusal(
        write_tar(tmp_path / "image.tar", layout_files() | {name: b"text"})
    )


@pytest.mark.parametrize("target", ["../../../etc/passwd", "/etc/passwd"])
def test_a_link_out_of_the_archive_is_refused(tmp_path: Path, target: str):
    files, links = docker(lambda files: files.pop(LAYER_NAME)), {LAYER_NAME: target}
    assert "leads outside of the archive" in refusal(write_tar(tmp_path / "image.tar", files, links))
    directory = write_directory(tmp_path / "image", files)
    (directory / LAYER_NAME).parent.mkdir()
    (directory / LAYER_NAME).symlink_to("/etc/passwd")
    assert "leads outside of the archive" in refusal(directory)


def test_a_link_to_itself_is_refused(tmp_path: Path):
    files = docker(lambda files: files.pop(LAYER_NAME))
    assert "leads to no file" in refusal(write_tar(tmp_path / "image.tar", files, {LAYER_NAME: "layer.tar"}))


def test_a_link_within_the_archive_is_followed(tmp_path: Path):
    files = docker(lambda files: files.update({"kept": files.pop(LAYER_NAME)}))
    (image,) = read(write_tar(tmp_path / "image.tar", files, {LAYER_NAME: "../kept"}))
    assert image.tree.blobs[1].digest.hex == digest_of(LAYER)[7:]


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_a_device_is_refused(tmp_path: Path, kind: bytes):
    entry = tarfile.TarInfo("odd")
    entry.type = kind
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.addfile(entry)
    assert "'odd' is a device, a pipe or a sparse file" in refusal(tmp_path / "image.tar")


def test_of_two_entries_of_one_name_the_later_one_counts(tmp_path: Path):
    path = write_tar(tmp_path / "image.tar", layout_files(lambda files: files.update({blob_of(LAYER): OTHER})))
    with tarfile.open(path, "a") as tar:
        entry = tarfile.TarInfo(blob_of(LAYER))
        entry.size = len(LAYER)
        tar.addfile(entry, io.BytesIO(LAYER))
    assert len(read(path)) == 1


def test_a_compressed_archive_and_a_pipe_are_refused_with_what_to_do(tmp_path: Path):
    path = write_tar(tmp_path / "image.tar", layout_files())
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert refusal(path) == "it is compressed with gzip: decompress it first"
    os.mkfifo(tmp_path / "pipe")
    assert "write it to a file first" in refusal(tmp_path / "pipe")


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    assert refusal(write_tar(tmp_path / "image.tar", layout_files())) == "it has more than 3 entries"


def test_an_archive_that_ends_anywhere_is_refused(tmp_path: Path):
    whole = write_tar(tmp_path / "image.tar", layout_files()).read_bytes()
    end = len(whole.rstrip(b"\0"))
    for size in range(0, end, 97):
        (tmp_path / "image.tar").write_bytes(whole[:size])
        refusal(tmp_path / "image.tar")
    (tmp_path / "image.tar").write_bytes(whole[: tarfile.BLOCKSIZE * 2])
    assert "truncated" in refusal(tmp_path / "image.tar")


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_is_read_right_or_refused(tmp_path: Path, data: st.DataObject):
    whole = bytearray(
        write_tar(tmp_path / "image.tar", data.draw(st.sampled_from([layout_files(), docker()]))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "image.tar").write_bytes(whole)
    try:
        images = read(tmp_path / "image.tar")
    except ArchiveError as refused:
        images, message = [], str(refused)
    else:
        message = "none"
    assert len(message.splitlines()) == 1
    blobs = [blob for image in images for blob in image.tree.all_blobs()]
    assert all(digest_of(b"".join(blob.content.blocks())) == str(blob.digest) for blob in blobs)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("v1", "v1"),
        ("anchor:v1", "v1"),
        ("docker.io/harbour/anchor:v1", "v1"),
        ("localhost:5000/anchor", None),
        (f"docker.io/anchor@{digest_of(b'')}", None),
        ("", None),
    ],
)
def test_the_tag_of_a_name(name: str, tag: str | None):
    assert tag_of(name) == tag
