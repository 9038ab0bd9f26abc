"""The S3s that rules are checked on, each in a process of its own on 127.0.0.1."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moorage_local.engines import loopback
from moorage_local.engines.engines import running_engines
from moorage_local.engines.process import EngineError, Process
from moorage_local.stack import environment

from tests.support.s3_rules import harness
from tests.support.s3_rules.catalog import HARNESS
from tests.support.s3_rules.rule import Store

CHECKOUT = Path(__file__).resolve().parents[3]
LOCALSTACK_PYTHON = CHECKOUT / ".venv-localstack" / "bin" / "python"
LOCALSTACK_SERVER = Path(__file__).with_name("localstack_server.py")
_UNUSED = "http://127.0.0.1:9"
"""Replaces the embedded DynamoDB, which is not needed here."""


@contextmanager
def seaweedfs(state: Path) -> Iterator[str]:
    """The embedded S3 as it is; its URL."""
    with running_engines(state, {environment.DYNAMODB_ENDPOINT: _UNUSED}) as engines:
        yield engines.s3_url


@contextmanager
def seaweedfs_with_harness(state: Path) -> Iterator[str]:
    """The embedded S3 as the tests use it."""
    with seaweedfs(state) as url, harness.s3_rules(url):
        yield url


def moto(state: Path) -> AbstractContextManager[str]:
    """moto's server."""
    return _serving("moto", state, lambda port: [sys.executable, "-m", "moto.server", "-H", loopback.HOST, "-p", port])


def localstack(state: Path) -> AbstractContextManager[str]:
    """LocalStack's S3. Raises: EngineError if it is not installed."""
    if not LOCALSTACK_PYTHON.exists():
        raise EngineError("LocalStack's S3 is not installed: make .venv-localstack/.ready (make test-long does it)")
    return _serving("localstack", state, lambda port: [LOCALSTACK_PYTHON, LOCALSTACK_SERVER, port, state / "objects"])


@contextmanager
def _serving(name: str, state: Path, command: Callable[[str], list[Any]]) -> Iterator[str]:
    port = loopback.free_ports(1)[0]
    url = loopback.url(port)
    seen = environment.engine_environment(os.environ, home=str(state))
    with Process(name, command(str(port)), environment=seen, log=state / f"{name}.log") as process:
        process.wait_until(lambda: loopback.answers(url))
        yield url


ENGINES: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    "SeaweedFS": seaweedfs,
    "moto": moto,
    "LocalStack": localstack,
    HARNESS: seaweedfs_with_harness,
}
"""Each S3 by its name."""


def store_at(url: str) -> Store:
    """A new bucket there."""
    credentials = environment.aws_environment({})
    client: Any = boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        region_name=environment.REGION,
        config=Config(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )
    client.create_bucket(Bucket="rules")
    return Store(client, "rules")
