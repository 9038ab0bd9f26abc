"""skopeo and the deployed OCI API: an image through the HTTPS endpoint, signed by `moorage gateway`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moorage_gateway.blobs.front import front_of

from tests.support.clients.image import build_image
from tests.support.clients.skopeo import Skopeo
from tests.support.emulator import REGION, ROOT, Stack
from tests.support.gateway import RunningGateway, running_gateway


@pytest.fixture
def front(deployed: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningGateway]:
    certificate = str(deployed.cloud.certificate)
    for name, value in {**ROOT, "AWS_DEFAULT_REGION": REGION, "AWS_CA_BUNDLE": certificate}.items():
        monkeypatch.setenv(name, value)
    stack = front_of(deployed.outputs["Endpoint"])
    with running_gateway(stack.routes, at_end=stack.close) as running:
        yield running


def test_an_unsigned_request_to_the_oci_api_is_refused(deployed: Stack):
    paths = ("/v2/", "/v2/_catalog", "/v2/any/tags/list", "/v2/any/blobs/uploads/")
    answers = {path: deployed.cloud.send("GET", f"{deployed.outputs['Endpoint']}{path}")[0] for path in paths}
    assert answers == dict.fromkeys(paths, 403)


def test_a_small_image_is_pushed_and_pulled_by_skopeo(front: RunningGateway, deployed: Stack, tmp_path: Path):
    skopeo = Skopeo(tmp_path / "home", front.url.removeprefix("http://"))
    image = build_image(tmp_path / "layout", [1000, 200_000])
    deployed.ecr().create_repository(repositoryName="docker/small")
    skopeo.push(image, "docker/small:v1")
    assert skopeo.pull("docker/small:v1") == image.digest
    assert skopeo.tags("docker/small") == ["v1"]
    described = deployed.ecr().describe_images(repositoryName="docker/small")["imageDetails"]
    assert [each["imageDigest"] for each in described] == [image.digest]


def test_an_image_that_api_gateway_would_refuse_is_pushed_through_the_gateway(
    front: RunningGateway, deployed: Stack, tmp_path: Path
):
    skopeo = Skopeo(tmp_path / "home", front.url.removeprefix("http://"))
    image = build_image(tmp_path / "layout", [1000, 40_000_000])
    deployed.ecr().create_repository(repositoryName="docker/large")
    skopeo.push(image, "docker/large:v1")
    assert skopeo.pull("docker/large:v1") == image.digest


def test_an_image_of_a_repository_that_is_not_there_is_refused_by_name(deployed: Stack, front: RunningGateway):
    status, body = deployed.cloud.send("POST", f"{front.url}/v2/docker/absent/blobs/uploads/")
    assert (status, json.loads(body)["errors"][0]["code"]) == (404, "NAME_UNKNOWN")
