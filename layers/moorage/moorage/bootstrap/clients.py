"""AWS clients with the time limits of a Lambda function behind an API.

They are botocore's: importing boto3 takes longer than all of ours (docs/adr/0013). PynamoDB's session makes all clients
of a process, so that AWS's endpoints and credentials are read once.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

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


S3_HOOKS: list[tuple[str, Callable[..., Any]]] = []
"""Handlers of botocore's events, for each new client of S3. Empty in AWS; a local registry adds what its S3 lacks."""


def s3_client(region: str, environment: Mapping[str, str] = os.environ, session: Session | None = None) -> Any:
    """A client of S3 whose presigned URLs name the bucket's own region.

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
    config = _S3_CONFIG.merge(Config(s3=style))
    client: Any = (session or get_session()).create_client("s3", region_name=region, config=config)
    for event, handler in S3_HOOKS:
        client.meta.events.register(event, handler)
    return client
