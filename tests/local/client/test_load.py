"""`moorage load` against a running server: images of `docker save` and of OCI layouts."""

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.archives import Files, Layout, docker_files, write_directory, write_tar
from tests.support.command import invoke, run
from tests.support.engines import Server
from tests.support.layers import digest_of

MIB = 1024 * 1024
BASE, TOP, OTHER = (os.urandom(4096) for _ in range(3))


def load(source: Path, repository: str, server: Server, *options: str) -> tuple[int, str, str]:
    return invoke("load", str(source), "--repository", repository, "--endpoint", server.url, *options)


def image(server: Server, repository: str, **image_id: str) -> dict[str, Any]:
    answer = server.ecr().batch_get_image(repositoryName=repository, imageIds=[image_id])
    assert not answer["failures"], answer["failures"]
    return dict(answer["images"][0])


def tags_of(server: Server, repository: str) -> dict[str, list[str]]:
    details = server.ecr().describe_images(repositoryName=repository)["imageDetails"]
    return {each["imageDigest"]: sorted(each.get("imageTags", [])) for each in details}


def content(server: Server, repository: str, digest: str) -> bytes:
    url = server.ecr().get_download_url_for_layer(repositoryName=repository, layerDigest=digest)["downloadUrl"]
    return httpx.get(url).content


def test_an_archive_of_docker_save_becomes_an_image_of_its_uncompressed_layers(
    server: Server, repository: str, tmp_path: Path
):
    archive = write_tar(tmp_path / "image.tar", docker_files((["harbour/anchor:v1"], [BASE, TOP])))
    arguments = ["load", str(archive), "--repository", repository, "--endpoint", server.url]
    status, output, errors = run(*arguments, state=tmp_path)
    assert status == 0, errors
    found = image(server, repository, imageTag="v1")
    assert output == f"{found['imageId']['imageDigest']} v1"
    for layer in (BASE, TOP):
        assert content(server, repository, digest_of(layer)) == layer
    assert found["imageManifest"].count('rootfs.diff.tar"') == 2


def test_loading_again_sends_nothing_and_gives_the_same_digest(server: Server, repository: str, tmp_path: Path):
    archive = write_tar(tmp_path / "image.tar", docker_files((["anchor:v1"], [BASE])))
    first, second = (load(archive, repository, server) for _ in range(2))
    assert first[:2] == second[:2]
    assert "sent" in first[2]
    assert second[2].strip() == f"2 of 2 layers and configs are in {repository} already"


def test_a_layer_that_docker_saved_as_a_link_or_compressed_is_read(server: Server, repository: str, tmp_path: Path):
    packed = gzip.compress(TOP)
    files = docker_files((["a:v1"], [BASE, TOP]), (["a:v2"], [BASE]))
    linked = f"{digest_of(BASE + b'id')[7:]}/layer.tar"
    names = list(files)
    files[names[names.index(f"{digest_of(TOP + b'id')[7:]}/layer.tar")]] = packed
    del files[linked]
    archive = write_tar(tmp_path / "image.tar", files | {"shared/base": BASE}, {linked: "../shared/base"})
    status, output, errors = load(archive, repository, server)
    assert (status, len(output.splitlines())) == (0, 2), errors
    assert content(server, repository, digest_of(packed)) == packed
    assert "rootfs.diff.tar.gzip" in image(server, repository, imageTag="v1")["imageManifest"]


@pytest.mark.parametrize("write", [write_tar, write_directory])
def test_an_oci_layout_is_loaded_byte_for_byte(server: Server, repository: str, tmp_path: Path, write: Any):
    layout = Layout()
    layout.list(layout.image(BASE, TOP), "v1")
    layout.list(layout.image(OTHER))
    status, output, errors = load(write(tmp_path / "image", layout.all_files()), repository, server)
    assert status == 0, errors
    tagged, untagged = layout.listed
    assert output.splitlines() == [f"{tagged['digest']} v1", untagged["digest"]]
    assert tags_of(server, repository) == {tagged["digest"]: ["v1"], untagged["digest"]: []}
    for each in layout.listed:
        stored = image(server, repository, imageDigest=each["digest"])["imageManifest"].encode()
        assert stored == layout.files[f"blobs/sha256/{each['digest'][7:]}"]


def test_an_index_is_loaded_with_all_of_its_platforms_or_with_one(server: Server, repository: str, tmp_path: Path):
    layout = Layout()
    arm, amd = layout.image(BASE, architecture="arm64"), layout.image(TOP)
    layout.list(layout.index(amd, arm), "harbour/anchor:v1")
    archive = write_tar(tmp_path / "image.tar", layout.all_files())
    assert load(archive, repository, server)[:2] == (0, f"{layout.listed[0]['digest']} v1")
    assert set(tags_of(server, repository)) == {layout.listed[0]["digest"], arm["digest"], amd["digest"]}
    options = ("--platform", "linux/arm64", "--tag", "arm")
    assert load(archive, repository, server, *options)[:2] == (0, f"{arm['digest']} arm")
    status, _, errors = load(archive, repository, server, "--platform", "linux/s390x")
    assert (status, len(errors.splitlines())) == (2, 1)
    assert "linux/amd64, linux/arm64" in errors


def test_one_platform_of_an_archive_that_has_no_other_is_loaded(server: Server, repository: str, tmp_path: Path):
    layout = Layout()
    arm, amd = layout.image(BASE, architecture="arm64"), layout.image(TOP)
    layout.list(layout.index(amd, arm), "v1")
    del layout.files[f"blobs/sha256/{arm['digest'][7:]}"]
    archive = write_tar(tmp_path / "image.tar", layout.all_files())
    status, _, errors = load(archive, repository, server)
    assert (status, len(errors.splitlines())) == (2, 1)
    assert "linux/arm64: --platform" in errors
    assert load(archive, repository, server, "--platform", "linux/amd64")[:2] == (0, f"{amd['digest']} v1")


def test_a_large_layer_is_sent_in_parts_from_inside_of_the_archive(server: Server, repository: str, tmp_path: Path):
    layer = os.urandom(11 * MIB + 5)
    layout = Layout()
    layout.list(layout.image(BASE, layer), "large")
    assert load(write_tar(tmp_path / "image.tar", layout.all_files()), repository, server)[0] == 0
    assert hashlib.sha256(content(server, repository, digest_of(layer))).digest() == hashlib.sha256(layer).digest()


def test_the_repository_is_created_only_if_the_user_says_so(server: Server, tmp_path: Path):
    archive = write_tar(tmp_path / "image.tar", docker_files((["a:v1"], [BASE])))
    name = f"load/{os.urandom(6).hex()}"
    status, output, errors = load(archive, name, server)
    assert (status, output) == (1, "")
    assert errors.startswith("moorage: RepositoryNotFoundException: ")
    assert load(archive, name, server, "--create")[0] == 0
    assert load(archive, name, server, "--create")[0] == 0


def two_images_of_one_tag() -> Files:
    return docker_files((["a:latest"], [BASE]), (["b:latest"], [TOP]))


def test_what_cannot_be_loaded_is_told_in_one_line_and_nothing_is_sent(server: Server, repository: str, tmp_path: Path):
    archive = write_tar(tmp_path / "image.tar", two_images_of_one_tag())
    status, output, errors = load(archive, repository, server)
    assert (status, output) == (2, "")
    assert errors.splitlines() == [
        f"moorage: {archive} cannot be loaded: a:latest and b:latest have the tag 'latest', and a repository has one "
        "image of a tag: save them to two archives"
    ]
    assert tags_of(server, repository) == {}
    assert load(archive, repository, server, "--tag", "v1")[0] == 2
