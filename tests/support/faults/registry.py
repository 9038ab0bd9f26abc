"""A registry on the embedded engines, driven call by call: its clock, its reaper and its checker are the test's."""

import json
import os
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import boto3
from moorage.adapters.dynamodb.item import connection
from moorage.adapters.dynamodb.schema import SCHEMA_PK
from moorage.adapters.dynamodb.stream import change_of
from moorage.bootstrap.api import compose, read_settings, registry_of
from moorage.bootstrap.fsck import compose_fsck
from moorage.bootstrap.reaper import compose_reaper
from moorage.domain.events import RegistryEvent
from moorage.domain.repositories.repository import CLOSED_SECONDS
from moorage.domain.uploads.unrecorded import day_of
from moorage.usecases.fsck._fault import Fault, Finding
from moorage.usecases.fsck.fsck import Fsck, fsck
from moorage.usecases.ports.inventory import ListedMultipart
from moorage.usecases.reaper.handle_record_change import handle_record_change
from moorage.wire.outcome import Answered

from tests.support.callers import owner
from tests.support.driver.requests import Request, direct_request, ecr_request, oci_request
from tests.support.driver.transports import carried_out
from tests.support.layers import digest_of

Answer = tuple[str | None, dict[str, Any]]
"""The exception's name (None for success) and the body."""
Act = Callable[[], Answer]
"""What a test does, once or again and again."""


PAGE_RECORDS = 1000
"""The stream hands out so many records at once, if there are as many."""


class Recorder:
    """Implements the port `Announcements` by remembering."""

    def __init__(self) -> None:
        self.events: list[RegistryEvent] = []

    def publish(self, events: Sequence[RegistryEvent]) -> None:
        self.events += events


class LocalRegistry:
    """What a client, an operator and the reaper can do to a registry; `now` is its clock.

    Its reaper follows the table's whole stream, or what comes `from_now` on: then its predecessors cost no time.
    """

    def __init__(self, part_size_bytes: int = 10 * 1024 * 1024, *, from_now: bool = False) -> None:
        environment = {**os.environ, "MOORAGE_PART_SIZE_BYTES": str(part_size_bytes)}
        self.settings = read_settings(environment)
        # Not a whole number: the engine rewrites 1.0 to 1 in a transaction it is to recognise when it is sent again.
        self.now = 1_800_000_000.125
        self.caller = owner(self.settings.registry_id)
        self.ports = replace(compose(self.settings), now=lambda: self.now, sleep=self._pause)
        self.announced = Recorder()
        self.reaper = replace(compose_reaper(self.settings), now=lambda: self.now, announcements=self.announced)
        self.fsck_ports = replace(compose_fsck(self.settings), now=lambda: self.now)
        self.identity = registry_of(self.settings)
        self._stream = self._records("LATEST" if from_now else "TRIM_HORIZON")
        if from_now:
            next(self._stream)  # the place is taken now
        self._unfollowed: list[Any] = []
        self.asked: set[str] = set()
        """The operations that were asked for, of all protocols."""

    @property
    def aws_clients(self) -> list[Any]:
        """Every botocore client that the registry and its reaper call AWS with."""
        # bind() runs once more for the reaper and fsck: the connection is the last one's.
        ports, unrecorded = self.ports, self.fsck_ports.unrecorded
        content, garbage, direct, completions, listing = (
            _private(port) for port in (ports.content, self.reaper.garbage, ports.direct, ports.completions, unrecorded)
        )
        assert direct is content
        return [content, garbage, connection().client, completions(), listing]

    def _pause(self, seconds: float) -> None:
        self.now += seconds

    def call(self, operation: str, **members: Any) -> Answer:
        """One ECR request."""
        return error_and_body(self.send(ecr_request(operation, members).by(self.caller)))

    def direct(self, method: str, path: str, **members: Any) -> Answer:
        """One request to the direct upload API; `path` is what follows its first segment."""
        request = direct_request(method, f"/direct-uploads{path}", members or None).by(self.caller)
        return error_and_body(self.send(request))

    def oci(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request below /v2/; the answer's headers, or the error. `_` in a header's name stands for `-`."""
        answered = self.send(oci_request(method, f"/v2/{path}", body, **headers).by(self.caller))
        return error_and_body(answered) if answered.error else (None, dict(answered.response.headers))

    def send(self, request: Request) -> Answered:
        """One request of any protocol."""
        answered = carried_out(request, self.identity, self.ports)
        self.asked.add(answered.operation)
        return answered

    def send_direct(self, repository: str, claimed: bytes, sent: bytes) -> str:
        """Begin a direct upload that claims one content, and send another (or the same) to S3; the upload's id."""
        error, body = self.direct(
            "POST", "", repositoryName=repository, layerDigest=digest_of(claimed), layerSize=len(claimed)
        )
        assert error is None, body
        (part,) = body["parts"]
        with urllib.request.urlopen(urllib.request.Request(part["url"], data=sent, method="PUT")):
            return str(body["uploadId"])

    def must(self, operation: str, **members: Any) -> dict[str, Any]:
        """One ECR request that has to succeed."""
        error, body = self.call(operation, **members)
        assert error is None, body
        return body

    def upload(self, repository: str, *parts: bytes) -> tuple[str, str]:
        """Initiate and send the parts; the upload's id and the digest of all bytes."""
        upload_id = self.must("InitiateLayerUpload", repositoryName=repository)["uploadId"]
        first = 0
        for part in parts:
            self.must("UploadLayerPart", **part_members(repository, upload_id, first, part))
            first += len(part)
        return upload_id, digest_of(b"".join(parts))

    def complete(self, repository: str, upload_id: str, *digests: str) -> Answer:
        """CompleteLayerUpload."""
        return self.call(
            "CompleteLayerUpload", repositoryName=repository, uploadId=upload_id, layerDigests=list(digests)
        )

    def push(self, repository: str, *parts: bytes) -> str:
        """A whole layer; its digest."""
        upload_id, digest = self.upload(repository, *parts)
        error, body = self.complete(repository, upload_id, digest)
        assert error is None, body
        return digest

    def download(self, repository: str, digest: str) -> bytes:
        """The layer's bytes, as a client gets them."""
        url = self.must("GetDownloadUrlForLayer", repositoryName=repository, layerDigest=digest)["downloadUrl"]
        with urllib.request.urlopen(url) as answered:
            return bytes(answered.read())

    def reap(self) -> None:
        """Follow every change since the last time, in order, and the changes that follow from them.

        A change that failed is the first of the next time.
        """
        self._unfollowed += self.stream_on()
        while self._unfollowed:
            handle_record_change(change_of(self._unfollowed[0]), self.reaper)
            del self._unfollowed[0]
            if not self._unfollowed:
                self._unfollowed += self.stream_on()

    def reap_backwards(self) -> None:
        """Follow the changes since the last time in the wrong order, and each of them twice."""
        for record in reversed(self.stream_on()):
            for _ in range(2):
                handle_record_change(change_of(record), self.reaper)

    def expire(self, seconds: float) -> None:
        """Let time pass, and let TTL remove what has expired by then, as DynamoDB some day does."""
        self.now += seconds
        client: Any = connection().client
        table = self.settings.table_name
        for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            expired = [item for item in page["Items"] if int(item.get("expires_at", {}).get("N", 2**60)) <= self.now]
            gates = [item for item in expired if item["kind"]["S"] == "gate"]
            for first in range(0, len(gates), 25):  # together: there are many, and nothing follows from them
                keys = [{"pk": item["pk"], "sk": item["sk"]} for item in gates[first : first + 25]]
                client.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": key}} for key in keys]})
            for item in expired:
                if item not in gates:
                    # What wrote the time may have written a later one in between: then the item stays.
                    with suppress(client.exceptions.ConditionalCheckFailedException):
                        client.delete_item(
                            TableName=table,
                            Key={"pk": item["pk"], "sk": item["sk"]},
                            ConditionExpression="expires_at <= :now",
                            ExpressionAttributeValues={":now": {"N": str(int(self.now))}},
                        )

    def lose_hash_state(self, upload_id: str, stored: bytes = b"not a state") -> None:
        """Damage the stored sha256 state of an upload."""
        _client().update_item(
            TableName=self.settings.table_name,
            Key={"pk": {"S": f"UPLOAD#{upload_id}"}, "sk": {"S": "#HEAD"}},
            UpdateExpression="SET hash_state = :damaged",
            ExpressionAttributeValues={":damaged": {"B": stored}},
        )

    def overwrite_part(self, upload_id: str) -> None:
        """Make S3 have the upload's first part under another ETag than was recorded, as if it had been overwritten."""
        _client().update_item(
            TableName=self.settings.table_name,
            Key={"pk": {"S": f"UPLOAD#{upload_id}"}, "sk": {"S": "PART#00001"}},
            UpdateExpression="SET e = :other",
            ExpressionAttributeValues={":other": {"S": '"00000000000000000000000000000000"'}},
        )

    def findings(self, *, verify: bool = False) -> list[Finding]:
        """What fsck says, multipart uploads of this moment included."""
        command = Fsck(verify=verify, min_multipart_age_seconds=-(10.0**9))
        return [examined.finding for examined in fsck(command, self.fsck_ports, lambda _what, _more: None)]

    def broken(self, *, verify: bool = False) -> list[Finding]:
        """Broken invariants only: garbage may wait for the reaper."""
        return [finding for finding in self.findings(verify=verify) if not finding.fault.is_garbage]

    def keys(self) -> list[str]:
        """Every item but the registry's settings and its version, and lifecycle policies of deleted repositories."""
        pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=self.settings.table_name)
        keys = [(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]
        return [
            f"{pk} {sk}"
            for pk, sk in keys
            if not (sk.startswith("LIFECYCLE#") or pk.startswith(("REGISTRY#", SCHEMA_PK)))
        ]

    def require_nothing_left(self) -> None:
        """Delete all repositories, let all times pass: table and bucket are empty."""
        for repository in self.must("DescribeRepositories", maxResults=1000)["repositories"]:
            self.must("DeleteRepository", repositoryName=repository["repositoryName"], force=True)
        self.abandon_unrecorded()
        lifetimes = (self.settings.upload_lifetime_seconds, self.settings.blob_grace_seconds, CLOSED_SECONDS)
        for seconds in (lifetime + 1 for lifetime in lifetimes):
            self.reap()
            self.expire(seconds)
        self.reap()
        left = self.findings()
        # A multipart upload whose record was never written is the bucket lifecycle's, which no engine here runs.
        unknown = [finding for finding in left if finding.fault is Fault.UNKNOWN_MULTIPART]
        assert left == unknown
        for finding in unknown:
            assert isinstance(finding.subject, ListedMultipart)
            self.reaper.garbage.abort_multipart(finding.subject.object_key, finding.subject.multipart_id)
        assert not self.keys(), self.keys()
        assert not list(self.fsck_ports.inventory.objects())

    def abandon_unrecorded(self) -> None:
        """Abandon every object that no record names, as the scheduled run does a week later."""
        unrecorded = self.fsck_ports.unrecorded
        for shard in unrecorded.shards:
            page = unrecorded.list_page(shard, "", day_of(self.now))
            assert page.is_last
            for object_key in page.object_keys:
                assert unrecorded.abandon(object_key, self.now)

    def _records(self, start: str) -> Iterator[list[Any]]:
        streams = boto3.client("dynamodbstreams")
        arn = boto3.client("dynamodb").describe_table(TableName=self.settings.table_name)["Table"]["LatestStreamArn"]
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=start)
        iterator = place["ShardIterator"]
        while True:
            page = streams.get_records(ShardIterator=iterator)
            iterator = page["NextShardIterator"]
            yield page["Records"]

    def stream_on(self) -> list[Any]:
        """The stream's records since the last time, as the engine hands them out."""
        records: list[Any] = []
        while page := next(self._stream):
            records += page
            if len(page) < PAGE_RECORDS:  # the last page, and most of the time the only one
                break
        return records


def _private(port: Any) -> Any:
    """The botocore client of an S3 adapter; of the queue, what makes it."""
    return port._client


def _client() -> Any:
    return connection().client


def error_and_body(answered: Answered) -> Answer:
    """What a test compares. Never a bare 500: that is a bug."""
    assert answered.response.status != 500, answered.response.body
    return answered.error, json.loads(answered.response.body or "{}")


def part_members(repository: str, upload_id: str, first: int, part: bytes) -> dict[str, Any]:
    """The members of UploadLayerPart."""
    return {
        "repositoryName": repository,
        "uploadId": upload_id,
        "partFirstByte": first,
        "partLastByte": first + len(part) - 1,
        "layerPartBlob": part,
    }
