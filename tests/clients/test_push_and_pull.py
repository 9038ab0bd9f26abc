"""What people do with a registry, done by the tools that they use, without a login."""

import pytest

from tests.support.clients.access_log import AccessLog
from tests.support.clients.client import Client
from tests.support.clients.image import OciImage
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server

pytestmark = pytest.mark.clients


def expected(client: Client, image: OciImage) -> str:
    """The digest that the client finds: of the manifest, or of the config where it makes manifests of its own."""
    return image.digest if client.sends_layers_unchanged else image.config


def test_an_image_is_pushed_and_pulled(client: Client, image: OciImage):
    client.push(image, f"{client.program}/pulled:v1")
    assert client.pull(f"{client.program}/pulled:v1") == expected(client, image)


def test_an_image_that_is_there_is_pushed_again_without_its_layers(client: Client, image: OciImage, server: Server):
    repository = f"{client.program}/again"
    client.push(image, f"{repository}:v1")
    log = AccessLog(server.state)
    client.push(image, f"{repository}:v2")
    assert log.wait_for("PUT", f"/v2/{repository}/manifests/v2").status == 201
    assert log.blob_bytes(repository) == 0


def test_the_same_image_in_a_second_repository_is_mounted(client: Client, image: OciImage, server: Server):
    client.push(image, f"{client.program}/first:v1")
    log = AccessLog(server.state)
    client.push(image, f"{client.program}/second:v1")
    log.wait_for("PUT", f"/v2/{client.program}/second/manifests/v1")
    assert log.blob_bytes(f"{client.program}/second") < 1000  # the config at most: clients mount layers only
    assert client.pull(f"{client.program}/second:v1") == expected(client, image)


def test_tags_are_listed_and_the_ecr_api_lists_the_same_images(
    client: Client, image: OciImage, skopeo: Skopeo, server: Server
):
    repository = f"{client.program}/tags"
    for tag in ("v1", "latest", "2.0"):
        client.push(image, f"{repository}:{tag}")
    assert skopeo.tags(repository) == ["2.0", "latest", "v1"]
    described = server.ecr().describe_images(repositoryName=repository)["imageDetails"]
    assert [(each["imageDigest"], sorted(each["imageTags"])) for each in described] == [
        (skopeo.inspect(f"{repository}:v1")["Digest"], ["2.0", "latest", "v1"])
    ]


def test_a_push_succeeds_after_the_client_was_killed(client: Client, image: OciImage, server: Server):
    repository = f"{client.program}/killed"
    log = AccessLog(server.state)
    client.push_interrupted(image, f"{repository}:v1", lambda: any(repository in each.path for each in log.exchanges()))
    client.push(image, f"{repository}:v1")
    assert client.pull(f"{repository}:v1") == expected(client, image)


def test_an_image_with_a_layer_of_300_mb(skopeo: Skopeo, large_image: OciImage):
    skopeo.push(large_image, "skopeo/large:v1")
    assert skopeo.pull("skopeo/large:v1") == large_image.digest


def test_a_push_of_300_mb_that_was_killed_halfway_is_taken_up(skopeo: Skopeo, large_image: OciImage, server: Server):
    repository = "skopeo/killed-large"
    log = AccessLog(server.state)
    skopeo.push_interrupted(
        large_image, f"{repository}:v1", lambda: any(each.method == "POST" for each in log.exchanges())
    )
    skopeo.push(large_image, f"{repository}:v1")
    assert skopeo.pull(f"{repository}:v1") == large_image.digest
