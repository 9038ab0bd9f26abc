"""For tests of direct uploads: the functions in this process, a client's PUTs, and a record of the reads from S3."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import boto3
import httpx
from moorage.bootstrap.api import compose, read_settings, registry_of
from moorage.domain.policy.request import ITSELF
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.completion.complete_from_queue import Outcome
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage.wire.queue import completion_messages
from moorage_local.stack.stack import Stack

from tests.support.driver.requests import direct_request
from tests.support.driver.transports import to_ports
from tests.support.layers import digest_of

MIB = 1024 * 1024
REPOSITORY = "direct/tests"
Range = tuple[int, int]
"""First and last byte, inclusive, of one ranged GET."""


class DirectRegistry:
    """A registry with one repository."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        settings = read_settings()
        self.registry, self.ports = registry_of(settings), compose(settings)
        self.bucket = settings.bucket
        self.s3 = boto3.client("s3")
        self.sqs = boto3.client("sqs")
        self.create(REPOSITORY)

    def create(self, name: str) -> None:
        """CreateRepository."""
        ports = replace(self.ports, access=ITSELF)
        create_repository(CreateRepository(repository=RepositoryId(self.registry.registry_id, name)), ports)

    def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """One request to the direct upload API: status and answer."""
        send = to_ports(self.registry, self.ports)
        answer = send(direct_request(method, f"/direct-uploads{path}", body, **query))
        return answer.status, answer.json

    def begin(
        self, content: bytes, digest: str | None = None, name: str = REPOSITORY, **changed: Any
    ) -> dict[str, Any]:
        """A new upload; the answer."""
        announced = {"repositoryName": name, "layerDigest": digest or digest_of(content), "layerSize": len(content)}
        status, body = self.call("POST", "", announced | changed)
        assert status == 201, body
        return dict(body)

    def sent(self, content: bytes, digest: str | None = None, name: str = REPOSITORY) -> str:
        """An upload whose parts S3 has; its id."""
        page = self.begin(content, digest, name)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda part: put(part, content), page["parts"]))
        return str(page["uploadId"])

    def join(self, upload_id: str) -> None:
        """What a client does that joins its parts itself."""
        upload = self.head(upload_id)
        self.ports.direct.complete_multipart(upload, list(self.ports.direct.list_parts(upload)))

    def head(self, upload_id: str) -> Upload:
        """The upload's record."""
        upload = self.ports.uploads.get(upload_id)
        assert upload is not None
        return upload

    def run_message(self, body: str, deadline: float | None = None) -> Outcome:
        """What functions/complete_uploads does with a message."""
        deadline = self.ports.now() + 100 if deadline is None else deadline
        call = completion_messages.queue_call(self.registry, "m")
        return completion_messages.complete_from_message(body, deadline, call, self.ports)

    def messages(self, wait_seconds: int = 5) -> list[str]:
        """Take what is in the completion queue."""
        url, taken = str(self.stack.queue_url), list[str]()
        while found := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0 if taken else wait_seconds
        ).get("Messages", []):
            for message in found:
                taken.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def layers(self, name: str = REPOSITORY) -> list[str]:
        """The digests of the repository's layers."""
        pages = self.ports.catalog.layers_of(RepositoryId(self.registry.registry_id, name))
        return [str(layer.digest) for page in pages for layer in page]

    @contextmanager
    def reads(self) -> Iterator[list[Range]]:
        """The ranged GETs that this process sends meanwhile, repetitions included."""
        noted: list[Range] = []
        handler = note_ranges(noted.append)
        events = self.ports.direct._client.meta.events  # type: ignore[attr-defined]
        events.register("before-send.s3.GetObject", handler)
        yield noted
        events.unregister("before-send.s3.GetObject", handler)


def put(part: dict[str, Any], content: bytes) -> httpx.Response:
    """Send one part to its URL."""
    body = content[part["firstByte"] : part["lastByte"] + 1]
    return httpx.put(part["url"], content=body, timeout=60).raise_for_status()


def note_ranges(note: Any) -> Any:
    """A botocore hook that notes each range."""

    def handler(request: Any, **_: Any) -> None:
        header = request.headers["Range"]
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", header.decode() if isinstance(header, bytes) else header)
        assert match
        note((int(match[1]), int(match[2])))

    return handler
