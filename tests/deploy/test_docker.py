"""skopeo and the deployed OCI API: images through the HTTPS endpoint, with requests signed by `moorage gateway`.

skopeo cannot sign for API Gateway. So there is a server before it that does nothing but sign, or the whole gateway,
which also sends blobs to S3. The emulator has none of the limits of API Gateway and Lambda. So a test counts the bytes
of each request to the API instead.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moorage_gateway.backend import Backend, BackendAnswer
from moorage_gateway.blobs import front as fronts
from moorage_gateway.exchange import Headers
from moorage_gateway.forward import ForwardRoute

from tests.support.clients.image import OciImage, build_image
from tests.support.clients.skopeo import Skopeo
from tests.support.emulator import REGION, ROOT, Stack
from tests.support.gateway import RunningGateway, running_gateway
from tests.support.gateway_command import gateway_command

MB = 1_000_000
MAX_BODY_BYTES = 6_291_456 * 3 // 4 - 100_000
"""A Lambda request has at most 6,291,456 bytes (Lambda quotas): the body in base64, and some headers beside it."""


class CountingBackend(Backend):
    """Notes the size of each request to the API."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.sizes: list[int] = []

    async def request(self, method: str, target: str, headers: Headers, body: bytes) -> BackendAnswer:
        self.sizes.append(len(body))
        return await super().request(method, target, headers, body)


@pytest.fixture(autouse=True)
def credentials(deployed: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator's root account, in boto3's usual variables."""
    certificate = str(deployed.cloud.certificate)
    for name, value in {**ROOT, "AWS_DEFAULT_REGION": REGION, "AWS_CA_BUNDLE": certificate}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def backend(deployed: Stack) -> CountingBackend:
    return CountingBackend(deployed.outputs["Endpoint"])


@pytest.fixture
def signing(backend: CountingBackend) -> Iterator[RunningGateway]:
    """Every request goes to the API, as it would with a client that can sign."""
    with running_gateway([ForwardRoute(backend)], at_end=backend.close) as running:
        yield running


@pytest.fixture
def front(backend: CountingBackend, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningGateway]:
    """The routes of `moorage gateway`."""
    monkeypatch.setattr(fronts, "Backend", lambda _: backend)
    stack = fronts.front_of(backend.endpoint)
    with running_gateway(stack.routes, at_end=stack.close) as running:
        yield running


@pytest.fixture
def command(deployed: Stack) -> Iterator[str]:
    """`moorage gateway --to URL` as a process of its own; its host and port."""
    with gateway_command("gateway", "--to", deployed.outputs["Endpoint"], of_emulator=True) as (address, _):
        yield address


def pushed_and_pulled(skopeo: Skopeo, image: OciImage, name: str) -> bool:
    skopeo.push(image, name)
    return skopeo.pull(name) == image.digest


def test_an_unsigned_request_to_the_oci_api_is_refused(deployed: Stack):
    paths = ("/v2/", "/v2/_catalog", "/v2/any/tags/list", "/v2/any/blobs/uploads/")
    answers = {path: deployed.cloud.send("GET", f"{deployed.outputs['Endpoint']}{path}")[0] for path in paths}
    assert answers == dict.fromkeys(paths, 403)


def test_an_image_of_a_repository_that_is_not_there_is_refused_by_name(deployed: Stack, front: RunningGateway):
    status, body = deployed.cloud.send("POST", f"{front.url}/v2/docker/absent/blobs/uploads/")
    assert (status, json.loads(body)["errors"][0]["code"]) == (404, "NAME_UNKNOWN")


@pytest.mark.clients
def test_a_small_image_goes_through_the_functions_of_the_oci_api_alone(
    signing: RunningGateway, backend: CountingBackend, deployed: Stack, tmp_path: Path
):
    image = build_image(tmp_path / "layout", [1000, 4 * MB], "alone")
    deployed.ecr().create_repository(repositoryName="docker/alone")
    skopeo = Skopeo(tmp_path / "home", signing.url.removeprefix("http://"))
    assert pushed_and_pulled(skopeo, image, "docker/alone:v1")
    assert skopeo.tags("docker/alone") == ["v1"]
    assert 3.9 * MB < max(backend.sizes) < MAX_BODY_BYTES


@pytest.mark.clients
def test_a_layer_of_more_than_api_gateway_takes_is_refused_without_the_routes_for_blobs(
    signing: RunningGateway, deployed: Stack, tmp_path: Path
):
    image = build_image(tmp_path / "layout", [11 * MB], "too-large")
    deployed.ecr().create_repository(repositoryName="docker/too-large")
    skopeo = Skopeo(tmp_path / "home", signing.url.removeprefix("http://"))
    with pytest.raises(AssertionError, match="413"):
        skopeo.push(image, "docker/too-large:v1")
    assert not deployed.ecr().list_images(repositoryName="docker/too-large")["imageIds"]


@pytest.mark.clients
def test_a_small_image_is_pushed_and_pulled_through_the_gateway(front: RunningGateway, deployed: Stack, tmp_path: Path):
    image = build_image(tmp_path / "layout", [1000, 200_000])
    deployed.ecr().create_repository(repositoryName="docker/small")
    skopeo = Skopeo(tmp_path / "home", front.url.removeprefix("http://"))
    assert pushed_and_pulled(skopeo, image, "docker/small:v1")
    described = deployed.ecr().describe_images(repositoryName="docker/small")["imageDetails"]
    assert [each["imageDigest"] for each in described] == [image.digest]


@pytest.mark.clients
def test_the_gateway_sends_no_request_that_lambda_would_refuse(
    front: RunningGateway, backend: CountingBackend, deployed: Stack, tmp_path: Path
):
    image = build_image(tmp_path / "layout", [1000, 40 * MB])
    deployed.ecr().create_repository(repositoryName="docker/large")
    skopeo = Skopeo(tmp_path / "home", front.url.removeprefix("http://"))
    assert pushed_and_pulled(skopeo, image, "docker/large:v1")
    assert 0 < max(backend.sizes) < MAX_BODY_BYTES


@pytest.mark.clients
def test_a_large_image_goes_through_the_command(command: str, deployed: Stack, tmp_path: Path):
    image = build_image(tmp_path / "layout", [1000, 32 * MB], "command")
    deployed.ecr().create_repository(repositoryName="docker/command")
    assert pushed_and_pulled(Skopeo(tmp_path / "home", command), image, "docker/command:v1")
    assert deployed.ecr().list_images(repositoryName="docker/command")["imageIds"][0]["imageTag"] == "v1"
