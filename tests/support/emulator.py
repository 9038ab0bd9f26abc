"""ministack as the AWS to deploy to: HTTPS, signatures and IAM policies enforced, no containers.

What it does not do like AWS, and what is done about it here:
- it takes the stack's numbers from parameters as text, and its SQS poller stumbles over that: `mend_poller`;
- `<api>.execute-api.localhost` is a name only it knows: `localhost_names`;
- it accepts requests signed for `ecr` as well as for `execute-api`; AWS takes only the latter.
"""

import json
import os
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import moorage
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from moorage_local.engines import installation, loopback
from moorage_local.engines.process import Process

from tests.support.driver.requests import direct_request
from tests.support.lambda_build import ARCHITECTURE, CHECKOUT

REGION = "eu-west-1"
ARTIFACTS = "sam-artifacts"
WITHOUT_ITS_OWN_REGISTRY = """
import runpy, ministack.app
ministack.app._is_ecr_registry_path = lambda path: False
runpy.run_module("ministack", run_name="__main__")
"""
"""The emulator answers /v2/ of every host by itself, also of an API's. Here the API's routes answer."""
ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Cloud:
    """The running emulator."""

    url: str
    certificate: Path
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """For AWS's own tools: the emulator's root account, and nothing of this machine's configuration."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        return {
            **kept,
            **ROOT,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(self.certificate),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SAM_CLI_TELEMETRY": "0",
        }

    def send(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """A plain HTTPS request: status and body, whatever the status."""
        trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(self.certificate)))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusted)
        request = urllib.request.Request(url, body or None, dict(headers or {}), method=method)
        try:
            with opener.open(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def client(self, service: str, **arguments: Any) -> Any:
        """A boto3 client of the root account, unless other credentials are given."""
        make: Any = boto3.client
        return make(service, **({"endpoint_url": self.url} | self.options | arguments))

    @property
    def options(self) -> dict[str, Any]:
        """What every boto3 client here needs."""
        return {
            "region_name": REGION,
            "verify": str(self.certificate),
            "config": Config(retries={"mode": "standard", "total_max_attempts": 5}),
            **{name.lower(): value for name, value in ROOT.items()},
        }


@dataclass(frozen=True)
class Stack:
    """A deployed stack."""

    cloud: Cloud
    name: str
    outputs: Mapping[str, str] = field(default_factory=dict)

    def ecr(self, **credentials: str) -> Any:
        """The client that docs/operate/deploy.md recommends, at the deployed endpoint."""
        return moorage.client(self.outputs["Endpoint"], **(self.cloud.options | credentials))

    def request(
        self, method: str, path: str, key: tuple[str, str] = ("test", "test"), **members: Any
    ) -> tuple[int, dict[str, Any]]:
        """A signed request to the API, with the id and secret of an access key: status and JSON body."""
        sent = direct_request(method, path, members or None)
        assert isinstance(sent.body, bytes)
        request = AWSRequest(method, f"{self.outputs['Endpoint']}{path}", dict(sent.headers), sent.body)
        SigV4Auth(Credentials(*key), "execute-api", REGION).add_auth(request)
        status, content = self.cloud.send(method, str(request.url), sent.body, dict(request.headers))
        return status, json.loads(content or b"{}")

    def physical_id(self, logical_id: str) -> str:
        detail = self.cloud.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(detail["StackResourceDetail"]["PhysicalResourceId"])


@contextmanager
def running_cloud(state: Path) -> Iterator[Cloud]:
    """Start the emulator with a certificate of its own."""
    certificate, key = state / "certificate.pem", state / "key.pem"
    names = "subjectAltName=DNS:localhost,DNS:*.execute-api.localhost,IP:127.0.0.1"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=localhost", "-addext", names, "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    port = loopback.free_ports(1)[0]
    cloud = Cloud(f"https://localhost:{port}", certificate, state / "emulator.log")
    emulator = Process(
        "ministack",
        [installation.engines_directory() / "bin" / "python", "-c", WITHOUT_ITS_OWN_REGISTRY],
        environment={
            # First on its path: the functions find this Python as theirs.
            "PATH": f"{installation.engines_directory() / 'bin'}:/usr/bin:/bin",
            "HOME": str(state),
            "TMPDIR": str(state),
            **ROOT,
            "AWS_DEFAULT_REGION": REGION,
            "MINISTACK_REGION": REGION,
            "BIND_HOST": loopback.HOST,
            "GATEWAY_PORT": str(port),
            "AUTH": "true",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(certificate),
            "MINISTACK_SSL_KEY": str(key),
            "LAMBDA_EXECUTOR": "local",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
        },
        log=cloud.log,
        stop_within_seconds=2.0,
    )
    with emulator:
        emulator.wait_until(lambda: _is_listening(port))
        location = {"LocationConstraint": REGION}
        cloud.client("s3").create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration=location)
        yield cloud


def deploy(cloud: Cloud, name: str, template: Path, **parameters: str) -> Stack:
    """`sam deploy` of a built template, unmodified."""
    given = {"Architecture": ARCHITECTURE, "Stage": "test", "SnapStart": "off", "SavedQueries": "off", **parameters}
    finished = subprocess.run(
        [
            *(CHECKOUT / ".venv-sam" / "bin" / "sam", "deploy", "--template-file", template, "--stack-name", name),
            *("--s3-bucket", ARTIFACTS, "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"),
            *("--no-fail-on-empty-changeset", "--no-progressbar"),
            *("--parameter-overrides", *(f"{key}={value}" for key, value in given.items())),
        ],
        cwd=template.parent,
        env=cloud.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"{finished.stdout[-6000:]}\n{finished.stderr[-3000:]}\n{cloud.log.read_text()[-3000:]}")
    outputs = cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    mend_poller(cloud)
    return Stack(cloud, name, {output["OutputKey"]: output["OutputValue"] for output in outputs})


def mend_poller(cloud: Cloud) -> None:
    """Say MaximumConcurrency once more, as the number it is."""
    functions = cloud.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "ScalingConfig" in mapping:
            most = int(mapping["ScalingConfig"]["MaximumConcurrency"])
            functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": most})


@contextmanager
def localhost_names() -> Iterator[None]:
    """Resolve every name under .localhost to this machine (RFC 6761), which not every resolver does."""
    resolve = socket.getaddrinfo

    def local(host: Any, *arguments: Any, **named: Any) -> Any:
        return resolve(loopback.HOST if str(host).endswith(".localhost") else host, *arguments, **named)

    with mock.patch("socket.getaddrinfo", local):
        yield


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection((loopback.HOST, port), 1).close()
    except OSError:
        return False
    return True
