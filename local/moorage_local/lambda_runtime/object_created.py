"""S3's events of objects: SeaweedFS reports changes of files to a webhook, which makes EventBridge's events.

Shape: Amazon EventBridge, "Amazon S3 event message structure". The rules in template.yaml send the events of new
objects of direct uploads, and of deleted content, to the completion queue; `subscribe` does the same here.
"""

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from moorage_local.engines.loopback import HOST, url
from moorage_local.stack.environment import REGION, registry_id

CREATED, DELETED = "Object Created", "Object Deleted"
BUCKETS = "/buckets/"
"""The folder of SeaweedFS's file tree that holds the buckets."""
Deliver = Callable[[dict[str, Any]], None]


class ObjectEvents:
    """Receives SeaweedFS's reports and passes events to subscribers, at least once, as S3 does."""

    def __init__(self) -> None:
        """Start listening on a free port."""
        self._subscribers: dict[tuple[str, str, str], Deliver] = {}
        self._delivering = threading.Lock()  # unsubscribing waits until a running delivery has ended
        events = self

        class Webhook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                report = json.loads(self.rfile.read(int(self.headers["content-length"])))
                events._follow(report)  # an exception closes the connection, and SeaweedFS reports again
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Log nothing for each request; errors are raised."""

        self._server = ThreadingHTTPServer((HOST, 0), Webhook)
        self._thread = threading.Thread(target=self._server.serve_forever, name="object events", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The URL to which SeaweedFS reports."""
        return url(self._server.server_port)

    def subscribe(self, detail_type: str, bucket: str, prefix: str, deliver: Deliver) -> None:
        """Call `deliver` with each event of this type of an object in `bucket` under `prefix`."""
        with self._delivering:
            self._subscribers[detail_type, bucket, prefix] = deliver

    def unsubscribe(self, bucket: str) -> None:
        """Stop the events of this bucket. None is delivered after this returns."""
        with self._delivering:
            self._subscribers = {key: deliver for key, deliver in self._subscribers.items() if key[1] != bucket}

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _follow(self, report: dict[str, Any]) -> None:
        created = report["message"].get("new_entry") or {}
        entry = created or report["message"].get("old_entry") or {}
        if not entry or entry.get("is_directory"):
            return
        bucket, _, key = report["key"].removeprefix(BUCKETS).partition("/")
        event = (
            _created_event(bucket, key, created)
            if created
            else _event(bucket, key, DELETED, {"reason": "DeleteObject"})
        )
        with self._delivering:
            for (detail_type, wanted_bucket, prefix), deliver in self._subscribers.items():
                if (detail_type, wanted_bucket) == (event["detail-type"], bucket) and key.startswith(prefix):
                    deliver(event)


def _created_event(bucket: str, key: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Only the ETag of a multipart upload has a dash."""
    etag = base64.b64decode(entry.get("extended", {}).get("Seaweed-X-Amz-ETag", "")).decode()
    event = _event(bucket, key, CREATED, {"reason": "CompleteMultipartUpload" if "-" in etag else "PutObject"})
    event["detail"]["object"] |= {"size": entry["attributes"].get("file_size", 0), "etag": etag}
    return event


def _event(bucket: str, key: str, detail_type: str, detail: dict[str, Any]) -> dict[str, Any]:
    """The event as EventBridge delivers it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": registry_id(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "sequencer": f"{time.time_ns():016X}"},
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": registry_id(),
            "source-ip-address": HOST,
            **detail,
        },
    }
