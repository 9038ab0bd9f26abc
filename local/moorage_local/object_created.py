"""S3's "Object Created" events for direct uploads: SeaweedFS sends none, so whoever completes an upload here does.

Shape: Amazon EventBridge, "Amazon S3 event message structure". The rule of template.yaml puts it on the queue.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moorage_local.environment import REGION, REGISTRY_ID
from moorage_local.resources import client

PREFIX = "direct/"
Hooks = Iterator[tuple[str, Callable[..., Any]]]
_REMEMBERED = "moorage_object"


class ObjectCreated:
    """Watches CompleteMultipartUpload in the calls of this process."""

    def __init__(self, queue_url: str, variables: Mapping[str, str]) -> None:
        """Events go to `queue_url`."""
        self._sqs = client("sqs", variables)
        self._queue_url = queue_url

    def hooks(self) -> Hooks:
        """What to register for which of botocore's events."""
        yield "provide-client-params.s3.CompleteMultipartUpload", self._remember
        yield "after-call.s3.CompleteMultipartUpload", self._announce

    def _remember(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """The answer does not say everything; the request does."""
        context[_REMEMBERED] = {"bucket": params["Bucket"], "key": params["Key"]}

    def _announce(self, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: Any) -> None:
        created = context[_REMEMBERED]
        if created["key"].startswith(PREFIX) and parsed["ResponseMetadata"]["HTTPStatusCode"] == 200:
            message = object_created_event(created["bucket"], created["key"], parsed.get("ETag", "").strip('"'))
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(message))


def object_created_event(bucket: str, key: str, etag: str) -> dict[str, Any]:
    """The event as EventBridge delivers it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": REGISTRY_ID,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "etag": etag, "sequencer": f"{time.time_ns():016X}"},
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": REGISTRY_ID,
            "source-ip-address": "127.0.0.1",
            "reason": "CompleteMultipartUpload",
        },
    }
