"""Archives of `moorage save` are read by the tools that people have, and `moorage load` reads theirs."""

import json
import os
from pathlib import Path

import pytest

from tests.support.clients.docker import Docker
from tests.support.clients.image import TAG, OciImage, build_image, manifest_digest
from tests.support.clients.skopeo import Skopeo
from tests.support.command import invoke
from tests.support.engines import Server

pytestmark = pytest.mark.clients

COPY = ("--insecure-policy", "copy")


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> OciImage:
    """An image that no client has."""
    return build_image(tmp_path_factory.mktemp("archives") / "layout", [1000, 3_000_000], "archives")


@pytest.fixture
def repository(server: Server) -> str:
    name = f"archives/{os.urandom(4).hex()}"
    server.ecr().create_repository(repositoryName=name)
    return name


def load(server: Server, source: Path, repository: str) -> str:
    status, output, errors = invoke("load", str(source), "--repository", repository, "--endpoint", server.url)
    assert status == 0, errors
    return output


def save(server: Server, name: str, directory: Path) -> Path:
    output = directory / "saved.tar"
    status, _, errors = invoke("save", name, "--output", str(output), "--endpoint", server.url)
    assert status == 0, errors
    return output


def test_skopeo_reads_a_saved_image_as_both_kinds_of_archive(
    server: Server, repository: str, layout: OciImage, skopeo: Skopeo, tmp_path: Path
):
    assert load(server, layout.archive(), repository) == f"{layout.digest} {TAG}"
    saved = save(server, f"{repository}:{TAG}", tmp_path)
    target = tmp_path / "oci"
    skopeo.run(["skopeo", *COPY, "--preserve-digests", f"oci-archive:{saved}:{TAG}", f"oci:{target}:{TAG}"])
    assert manifest_digest(target) == layout.digest
    source = f"docker-archive:{saved}:{repository}:{TAG}"
    inspected = json.loads(skopeo.run(["skopeo", "inspect", "--raw", source]))
    assert inspected["config"]["digest"] == layout.config
    assert [layer["digest"] for layer in inspected["layers"]] == list(layout.layers)


def test_an_archive_that_skopeo_wrote_for_docker_is_loaded(
    server: Server, repository: str, layout: OciImage, skopeo: Skopeo, tmp_path: Path
):
    archive = tmp_path / "image.tar"
    target = f"docker-archive:{archive}:harbour/anchor:v2"
    skopeo.run(["skopeo", *COPY, f"oci:{layout.directory}:{TAG}", target])
    digest = load(server, archive, repository).removesuffix(" v2")
    answer = server.ecr().batch_get_image(repositoryName=repository, imageIds=[{"imageTag": "v2"}])
    assert answer["images"][0]["imageId"]["imageDigest"] == digest
    manifest = json.loads(answer["images"][0]["imageManifest"])
    assert manifest["config"]["digest"] == layout.config
    assert [layer["digest"] for layer in manifest["layers"]] == list(layout.layers)


def test_docker_loads_what_was_saved_and_its_own_archive_is_loaded(
    server: Server, repository: str, layout: OciImage, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
):
    load(server, layout.archive(), repository)
    saved = save(server, f"{repository}:{TAG}", tmp_path)
    docker = Docker(tmp_path_factory.mktemp("d"), server.url.removeprefix("http://"))
    try:
        docker.run(docker.command("load", f"--input={saved}"))
        name = f"{repository}:{TAG}"
        assert docker.run(docker.command("images", "--quiet", "--no-trunc", name)).strip() == layout.config
        docker.run(docker.command("save", f"--output={tmp_path / 'docker.tar'}", name))
    finally:
        docker.stop()
    assert load(server, tmp_path / "docker.tar", repository).endswith(f" {TAG}")
    manifest = server.ecr().batch_get_image(repositoryName=repository, imageIds=[{"imageTag": TAG}])["images"][0]
    assert json.loads(manifest["imageManifest"])["config"]["digest"] == layout.config
