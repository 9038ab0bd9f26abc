"""`moorage serve` is found by AWS's SDKs through one environment variable, as docs/operate/testing.md says."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.clients.sdks.aws_cli import PROGRAM, AwsCli
from tests.support.clients.sdks.boto3_sdk import Boto3
from tests.support.clients.sdks.images import push_layer
from tests.support.clients.sdks.javascript import JavaScript
from tests.support.clients.sdks.sdk import Sdk
from tests.support.engines import Server

pytestmark = pytest.mark.clients
GUIDE = Path(__file__).parents[2] / "docs" / "operate" / "testing.md"


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL"])
@pytest.mark.parametrize("kind", [Boto3, AwsCli, JavaScript], ids=lambda kind: str(kind.name))
def test_one_variable_leads_an_unmodified_sdk_to_the_registry(
    kind: type[Sdk], variable: str, server: Server, repository: str, tmp_path: Path
):
    sdk = kind(tmp_path, server.url, endpoint_variable=variable)
    try:
        digest = push_layer(sdk, repository, b"a layer")
    finally:
        sdk.stop()
    (found,) = server.ecr().batch_check_layer_availability(repositoryName=repository, layerDigests=[digest])["layers"]
    assert found["layerAvailability"] == "AVAILABLE"


def test_the_commands_of_the_guide_list_the_registrys_repositories(server: Server, repository: str, tmp_path: Path):
    (printed,) = re.findall(r"```bash\n(export AWS_ENDPOINT_URL_ECR=.*?)```", GUIDE.read_text(), re.DOTALL)
    assert "http://127.0.0.1:4510" in printed
    commands = "set -e\n" + printed.replace("http://127.0.0.1:4510", server.url)
    environment = {"PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(["bash", "-c", commands], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f'"repositoryName": "{repository}"' in done.stdout
