"""The completion queue's messages as scenarios: delivered again and again, as SQS does, until they are done."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from moorage.usecases.completion.complete_from_queue import Outcome
from moorage.wire.queue import completion_messages

from tests.support.faults.registry import Answer, LocalRegistry
from tests.support.layers import digest_of

DELIVERIES = 5
CONTENT = b"a layer that the queue completes, " * 50


class InPieces:
    """Content that comes in pieces, so that a run without time stops before its end."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)

    def stream(self, *arguments: Any) -> Iterator[bytes]:
        for chunk in self._content.stream(*arguments):
            for place in range(0, len(chunk), 1000):
                yield chunk[place : place + 1000]


def complete_by_request(registry: LocalRegistry, name: str) -> Callable[[], Answer]:
    """A CompleteLayerUpload request that runs out of time at every piece."""
    upload_id = registry.send_direct(name, CONTENT, CONTENT)
    request = {"repositoryName": name, "uploadId": upload_id, "layerDigests": [digest_of(CONTENT)]}
    return _delivered(registry, json.dumps(request), deadline=0)


def complete_by_event(registry: LocalRegistry, name: str) -> Callable[[], Answer]:
    """S3's event of an upload that its client joined."""
    upload_id = registry.send_direct(name, CONTENT, CONTENT)
    upload = registry.ports.uploads.get(upload_id)
    assert upload is not None
    registry.ports.direct.complete_multipart(upload, list(registry.ports.direct.list_parts(upload)))
    detail = {"object": {"key": upload.object_key}, "reason": "CompleteMultipartUpload"}
    event = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    return _delivered(registry, json.dumps(event), deadline=2**40)


def _delivered(registry: LocalRegistry, message: str, deadline: float) -> Callable[[], Answer]:
    def act() -> Answer:
        pieces: Any = InPieces(registry.ports.content)
        ports = replace(registry.ports, content=pieces)
        for _ in range(DELIVERIES):
            call = completion_messages.queue_call(registry.identity, "m")
            if completion_messages.complete_from_message(message, deadline, call, ports) is Outcome.DONE:
                return None, {}
        return "ServerException", {"message": "somebody else has the lease"}

    return act
