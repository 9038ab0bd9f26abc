"""What tests need of the local engines: a `moorage serve` to talk to, and a look at the processes it leaves."""

import json
import os
import time
from pathlib import Path
from typing import Any

import boto3
from moorage_local.testing import Registry, running_registry

WAIT_SECONDS = 90

Server = Registry
serving = running_registry
"""`moorage serve` for a test: see moorage_local/testing.py, which users have too."""


def bucket_of(server: Server) -> tuple[Any, str]:
    """A client of the registry's S3, and the bucket's name."""
    variables = json.loads((server.state / "environment.json").read_text())
    s3 = boto3.client(
        "s3",
        endpoint_url=variables["AWS_ENDPOINT_URL_S3"],
        region_name="us-east-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    return s3, variables["MOORAGE_BUCKET"]


def processes_naming(text: str) -> list[int]:
    """The processes whose command line or environment names `text`, say a state directory, ourselves left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                seen = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue  # ended while we looked, or a kernel thread
            if text.encode() in seen:
                found.append(int(entry.name))
    return found


def wait_until_none_names(text: str) -> list[int]:
    """Wait for those processes to end; the ones that did not."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (left := processes_naming(text)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left
