"""AWS clients with the time limits of a Lambda function behind an API."""

import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

_S3_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=3,
    read_timeout=6,  # after three attempts that time out, there is still time to respond within the API's 30 s
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
)
QUEUE_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
SECRETS_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
EVENTS_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


def s3_client(region: str, environment: Mapping[str, str] = os.environ) -> Any:
    """boto3's, whose presigned URLs name the bucket's own region.

    By itself it presigns for `BUCKET.s3.amazonaws.com`, which redirects to the region while a bucket is new, and is
    unknown in newer regions: either breaks the signature (boto/boto3 pull request 4768). An endpoint of another
    kind is left to botocore: not every one has a name for each bucket.
    """
    is_aws = not any(environment.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    style: Any = {
        "addressing_style": "virtual" if is_aws else "auto",
        "us_east_1_regional_endpoint": "regional",
        # S3 checks bodies by their SHA-256. A signature over a body needs all of it before the first byte is sent.
        "payload_signing_enabled": False,
    }
    return boto3.client("s3", region_name=region, config=_S3_CONFIG.merge(Config(s3=style)))
