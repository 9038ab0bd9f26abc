"""Moving from another registry by skopeo: images, an index, an artifact with its subject, and a signature."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.clients.docker_registry import docker_registry
from tests.support.clients.image import OciImage, build_image
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server
from tests.support.layers import digest_of
from tests.support.oci.documents import INDEX, MANIFEST, descriptor_of, image_document, index_document
from tests.support.oci.http import OciHttp

pytestmark = pytest.mark.clients

SIGNATURE_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
SBOM_TYPE = "application/vnd.example.sbom"


@dataclass(frozen=True, slots=True)
class OldRegistry:
    """What people come from: one repository with an index under `latest`, and what belongs to it."""

    repository: OciHttp
    contents: dict[str, bytes]
    """The manifests by their tags."""

    @property
    def host(self) -> str:
        return self.repository.url.removeprefix("http://")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldRegistry]:
    """docker-registry with two images, their index, a signature of it as cosign tags it, and an artifact about it."""
    with docker_registry(tmp_path_factory.mktemp("old")) as url:
        repository = OciHttp(url, "team/app")
        skopeo = Skopeo(tmp_path_factory.mktemp("skopeo"), url.removeprefix("http://"))
        children = [
            _push_image(repository, skopeo, tmp_path_factory.mktemp("image"), mark) for mark in ("amd64", "arm64")
        ]
        index = index_document(
            *(descriptor_of(child, platform={"os": "linux", "architecture": name}) for name, child in children)
        )
        contents = {
            "latest": index,
            digest_of(index).replace(":", "-") + ".sig": _signature(repository),
            "sbom": _artifact(repository, index),
            **dict(children),
        }
        for tag, content in contents.items():
            assert repository.put_manifest(tag, content, str(json.loads(content)["mediaType"])).status == 201
        yield OldRegistry(repository, contents)


def _push_image(repository: OciHttp, skopeo: Skopeo, directory: Path, mark: str) -> tuple[str, bytes]:
    image: OciImage = build_image(directory / "layout", [1000, 100_000], mark)
    skopeo.push(image, f"{repository.repository}:{mark}")
    return mark, repository.ask("GET", f"manifests/{mark}", b"", Accept=MANIFEST).body


def _put(repository: OciHttp, content: bytes, media_type: str) -> dict[str, object]:
    digest = digest_of(content)
    location = repository.start()
    joint = "&" if "?" in location else "?"
    assert repository.ask("PUT", f"{location}{joint}digest={digest}", content).status == 201
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


def _signature(repository: OciHttp) -> bytes:
    config = _put(
        repository, b'{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":[]}}', CONFIG_TYPE
    )
    return image_document(config, _put(repository, b'{"critical":{}}', SIGNATURE_TYPE))


def _artifact(repository: OciHttp, subject: bytes) -> bytes:
    config = _put(repository, b"{}", CONFIG_TYPE)
    about = {"subject": descriptor_of(subject, INDEX), "artifactType": SBOM_TYPE}
    return image_document(config, _put(repository, b"an sbom", SBOM_TYPE), **about)


def test_an_index_is_copied_with_everything_that_it_names(skopeo: Skopeo, old: OldRegistry, server: Server):
    source = f"docker://{old.host}/{old.repository.repository}:latest"
    options = ["--all", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false"]
    skopeo.run(["skopeo", "--insecure-policy", "copy", *options, source, skopeo.address("moved/copied:latest")])
    copied = OciHttp(server.url, "moved/copied")
    assert copied.ask("GET", "manifests/latest").body == old.contents["latest"]
    for name in ("amd64", "arm64"):
        child = copied.ask("GET", f"manifests/{digest_of(old.contents[name])}")
        assert child.body == old.contents[name]
        for layer in child.json["layers"]:
            assert digest_of(copied.fetch(f"blobs/{layer['digest']}").body) == layer["digest"]


def test_a_repository_is_synchronised_with_its_signature_and_its_artifact(
    skopeo: Skopeo, old: OldRegistry, server: Server
):
    source = f"{old.host}/{old.repository.repository}"
    options = ["--all", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false"]
    for _ in range(2):
        target = f"{skopeo.registry}/moved"
        command = ["skopeo", "--insecure-policy", "sync", *options, "--src=docker", "--dest=docker", source, target]
        skopeo.run(command)
    moved = OciHttp(server.url, "moved/app")
    assert sorted(moved.ask("GET", "tags/list").json["tags"]) == sorted(old.contents)
    for tag, content in old.contents.items():
        assert moved.ask("GET", f"manifests/{tag}").body == content
    (referrer,) = moved.ask("GET", f"referrers/{digest_of(old.contents['latest'])}").json["manifests"]
    assert (referrer["digest"], referrer["artifactType"]) == (digest_of(old.contents["sbom"]), SBOM_TYPE)


def test_an_image_is_deleted_by_skopeo(skopeo: Skopeo, server: Server, tmp_path: Path):
    image = build_image(tmp_path / "layout", [1000], "deleted")
    for tag in ("v1", "v2"):
        skopeo.push(image, f"skopeo/deleted:{tag}")
    skopeo.delete("skopeo/deleted:v1")
    repository = OciHttp(server.url, "skopeo/deleted")
    assert repository.ask("HEAD", f"manifests/{image.digest}").status == 404
    assert repository.ask("GET", "tags/list").json["tags"] == []
    assert server.ecr().describe_images(repositoryName="skopeo/deleted")["imageDetails"] == []
