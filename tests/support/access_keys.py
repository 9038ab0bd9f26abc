"""Access keys, and a `moorage serve --require-auth` that knows them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.config import Config
from moorage_local.access.access_keys import AccessKey
from moorage_local.stack.environment import REGION, REGISTRY_ID

from tests.support.engines import Server, serving

ACCESS_KEYS = {
    "administrator": ("AKADMIN", AccessKey("administrator-secret", f"arn:aws:iam::{REGISTRY_ID}:user/administrator")),
    "reader": ("AKREADER", AccessKey("reader-secret-000000", f"arn:aws:iam::{REGISTRY_ID}:user/reader")),
    "foreign": ("AKFOREIGN", AccessKey("foreign-secret-00000", "arn:aws:iam::999999999999:user/foreign")),
}
"""Who it is: the id and the key."""


def write_access_keys(directory: Path) -> Path:
    """A file with all of them."""
    file = directory / "access-keys.json"
    keys = {key_id: {"secret": key.secret, "arn": key.arn} for key_id, key in ACCESS_KEYS.values()}
    file.write_text(json.dumps(keys))
    return file


@contextmanager
def closed_server() -> Iterator[Server]:
    """A server that asks everybody who they are."""
    with TemporaryDirectory(prefix="moorage-auth-") as directory:
        keys = write_access_keys(Path(directory))
        with serving(Path(directory, "state"), None, "--require-auth", str(keys)) as running:
            yield running


def ecr_as(who: str, server: Server, make: Any = None, *, secret: str = "") -> Any:
    """A boto3 client that signs as one of them; `make` is what makes it, `secret` replaces its own."""
    key_id, key = ACCESS_KEYS[who]
    return (make or _plain_client)(
        server.url,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret or key.secret,
        region_name=REGION,
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )


def _plain_client(url: str, **options: Any) -> Any:
    return boto3.client("ecr", endpoint_url=url, **options)
