"""`moorage gateway` in front of a deployed stack: clients that know neither AWS's signatures nor its certificates."""

import os
import ssl
from collections.abc import Iterator

import pytest
from moorage_gateway.blobs.front import front_of
from moorage_local.testing import local_ecr_client

from tests.support.emulator import REGION, ROOT, Stack
from tests.support.gateway import RunningGateway, running_gateway
from tests.support.layers import push

LAYER = os.urandom(3 * 1024 * 1024)


@pytest.fixture(params=["http", "https"])
def front(request: pytest.FixtureRequest, deployed: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningGateway]:
    certificate = deployed.cloud.certificate
    for name, value in {**ROOT, "AWS_DEFAULT_REGION": REGION, "AWS_CA_BUNDLE": str(certificate)}.items():
        monkeypatch.setenv(name, value)
    serving = {}
    if request.param == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        serving["tls"] = context
    route = front_of(deployed.outputs["Endpoint"])
    with running_gateway(route.routes, at_end=route.close, serving=serving) as running:
        yield running


def test_an_unmodified_sdk_pushes_a_layer_through_it(front: RunningGateway, deployed: Stack):
    ecr = local_ecr_client(front.url)
    repository = f"through/gateway-{front.address[1]}"
    ecr.create_repository(repositoryName=repository)
    digest = push(ecr, repository, LAYER)
    (layer,) = deployed.ecr().batch_check_layer_availability(repositoryName=repository, layerDigests=[digest])["layers"]
    assert layer["layerAvailability"] == "AVAILABLE"
