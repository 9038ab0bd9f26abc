"""Verify a file as a stored layer, with the settings of a deployment, and print how much memory that took.

`python -m tests.direct.measured_verification FILE`: S3 is a server that sends the file, records are in memory.
"""

import json
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path

import boto3
from botocore.config import Config
from moorage.adapters.s3.content import S3Content
from moorage.adapters.s3.ranges import S3Ranges
from moorage.bootstrap.limits import limits_of
from moorage.settings import Settings
from moorage.usecases.completion._verify_upload import verify_upload
from moorage_local.stack import environment

from benchmarks.fast_store import ETAG, fast_store
from tests.support.fakes.world import REGISTRY_ID, World


def main(content: Path) -> None:
    """Measure the peak before and after."""
    settings = Settings(table_name="t", bucket="layers", registry_id=REGISTRY_ID, region=environment.REGION)
    environment.isolate(os.environ, environment.aws_environment({}))
    with fast_store(content) as url:
        s3 = boto3.client("s3", endpoint_url=url, config=Config(max_pool_connections=32))
        ranges = S3Ranges(s3, settings.bucket, range_bytes=settings.range_bytes, in_flight=settings.ranges_in_flight)
        world = World()
        world.create()
        upload_id = world.initiate()
        upload = world.change_head(upload_id, received_bytes=content.stat().st_size)
        ports = replace(
            world.ports,
            content=S3Content(s3, settings.bucket, ranges, 60, settings.table_name),
            limits=limits_of(settings),
        )
        before = peak_bytes()
        verify_upload(upload, ETAG, "sha256", world.clock.now + 1000, ports)
        growth = peak_bytes() - before
    verification = world.head(upload_id).verification
    verified_bytes = verification and verification.verified_bytes
    sys.stdout.write(json.dumps({"growth_bytes": growth, "verified_bytes": verified_bytes}))


def peak_bytes() -> int:
    """The most that this process ever had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
