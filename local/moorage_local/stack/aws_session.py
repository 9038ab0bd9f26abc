"""The boto3 session of this process, with hooks for behaviour that S3 has and SeaweedFS lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import boto3

from moorage_local.stack.encryption_keys import EncryptionKeys
from moorage_local.stack.stack import Stack


@contextmanager
def s3_as_in_aws(stack: Stack) -> Iterator[None]:
    """Give boto3 a default session with the hooks. Clients that are created inside the block keep the hooks."""
    before = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = _session()
    embedded = stack.engines.object_events is not None and stack.engines.emulator_url is not None
    hooks = list(EncryptionKeys(stack.variables).hooks()) if embedded else []
    events = _session().events
    for event, hook in hooks:
        events.register(event, hook)
    try:
        yield
    finally:
        for event, hook in hooks:
            events.unregister(event, hook)
        boto3.DEFAULT_SESSION = before


@cache
def _session() -> boto3.Session:
    """One session for all stacks of this process (tests create many): a new one would read the service models again."""
    return boto3.Session()
