"""The port `UnrecordedObjects`, and the commit of an upload that has no record: exactly one of the two takes place."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moorage.adapters.dynamodb.item import connection
from moorage.adapters.unrecorded import AwsUnrecordedObjects
from moorage.bootstrap.api import read_settings
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.direct_upload import one_object
from moorage.domain.uploads.unrecorded import DAY_SECONDS, place_before_day
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.ports.unrecorded import Recorded, UnrecordedObjects

from tests.support.fakes.memory_unrecorded import MemoryUnrecorded
from tests.support.records import REGISTRY_ID, repository, upload

DAY, NEXT_DAY = "2026-11-29", "2026-11-30"
NOW = 1_800_000_000.0


class Push:
    """A layer that comes whole, of a shard that no other test uses."""

    def __init__(self, ports: Ports, of: Repository, day: str = DAY, shard: str = "0") -> None:
        self.ports, self.repository = ports, of
        content = uuid4().bytes
        digest = Digest.of_hash(sha256(content).digest())
        made = upload(of.name, multipart_id="")
        ref = made.ref._replace(upload_id=shard + str(uuid4())[1:])
        key = ports.content.whole_key(REGISTRY_ID, ref.upload_id, day)
        self.upload: Upload = replace(made, ref=ref, object_key=key, transfer=one_object(digest, len(content), "a/b"))
        ports.content.put_object(self.upload, [content], len(content), sha256(content).digest())
        self.layer = Layer(
            repository=of.id,
            digest=digest,
            size_bytes=len(content),
            upload_id=ref.upload_id,
            created_at=NOW,
            media_type="a/b",
        )
        self.blob = Blob(
            registry_id=REGISTRY_ID,
            digest=digest,
            encryption=made.encryption,
            object_key=key,
            size_bytes=len(content),
            verified_at=NOW,
        )

    def commit(self) -> bool:
        return self.ports.catalog.commit_unrecorded(self.upload, self.layer, self.blob)

    def lookup(self) -> LayerLookup:
        return self.ports.catalog.look_up(self.repository.id, self.layer.digest, self.upload.encryption)


@pytest.fixture
def unrecorded(ports: Ports) -> UnrecordedObjects:
    if hasattr(ports.content, "objects"):
        return MemoryUnrecorded(ports.uploads.records, ports.content, REGISTRY_ID)
    settings = read_settings()
    return AwsUnrecordedObjects(connection(), s3_client(), settings, page_objects=2)


def s3_client() -> Any:
    """Of a session of its own: the default session would keep its credentials for later tests."""
    return boto3.Session().client("s3")


def listed(unrecorded: UnrecordedObjects, shard: str, last_day: str, after: str = "") -> list[str]:
    return [key for page in pages(unrecorded, shard, last_day, after) for key in page]


def pages(unrecorded: UnrecordedObjects, shard: str, last_day: str, after: str = "") -> Iterator[list[str]]:
    is_last = False
    while not is_last:
        page = unrecorded.list_page(shard, after, last_day)
        yield page.object_keys
        after, is_last = page.end, page.is_last


def test_a_commit_of_new_content_needs_no_record_of_the_upload(ports: Ports, kept: Repository):
    push = Push(ports, kept)
    assert push.commit()
    assert push.lookup() == LayerLookup(kept, push.layer, push.blob)
    assert ports.uploads.get(push.upload.upload_id) is None


def test_what_is_there_already_is_not_committed_again(ports: Ports, kept: Repository, name: str):
    push, elsewhere = Push(ports, kept), repository(f"{name}/other")
    ports.repositories.create(elsewhere)
    assert push.commit()
    assert not push.commit()
    # Neither as a second layer with content of its own.
    push.layer = replace(push.layer, repository=elsewhere.id, upload_id=str(uuid4()))
    push.upload = replace(push.upload, ref=push.upload.ref._replace(repository=elsewhere.id, upload_id=str(uuid4())))
    assert not push.commit()
    assert ports.catalog.look_up(elsewhere.id, push.layer.digest, push.upload.encryption).layer is None


def test_a_repository_that_is_gone_gets_nothing(ports: Ports, kept: Repository):
    push = Push(ports, kept)
    ports.repositories.begin_deletion(kept.id, forced=True, closed_until=int(NOW) + 1)
    assert not push.commit()


def test_an_upload_that_has_a_record_is_not_committed_without_it(ports: Ports, kept: Repository):
    push = Push(ports, kept)
    ports.uploads.create(push.upload)
    assert not push.commit()
    assert push.lookup().layer is None


def test_only_objects_of_past_days_that_no_record_names_are_listed(
    ports: Ports, kept: Repository, unrecorded: UnrecordedObjects
):
    lonely = sorted(Push(ports, kept, shard="1").upload.object_key for _ in range(5))
    committed, recorded = Push(ports, kept, shard="1"), Push(ports, kept, shard="1")
    later = Push(ports, kept, NEXT_DAY, shard="1").upload.object_key
    assert committed.commit()
    assert ports.uploads.create(recorded.upload)
    assert listed(unrecorded, "1", DAY) == lonely
    assert listed(unrecorded, "1", NEXT_DAY) == [*lonely, later]
    assert listed(unrecorded, "1", DAY, after="/".join(lonely[2].split("/")[-2:])) == lonely[3:]
    assert len(list(pages(unrecorded, "1", DAY))) > 3
    assert not listed(unrecorded, "2", NEXT_DAY)


@pytest.mark.parametrize("ports", ["engines", "moto"], indirect=True)
def test_objects_of_another_table_are_not_listed(ports: Ports, kept: Repository, unrecorded: UnrecordedObjects):
    key = Push(ports, kept, shard="7").upload.object_key
    settings = replace(read_settings(), table_name="other")
    assert listed(unrecorded, "7", DAY) == [key]
    assert not listed(AwsUnrecordedObjects(connection(), s3_client(), settings), "7", DAY)


def test_a_listing_begins_with_the_objects_of_a_day(ports: Ports, kept: Repository, unrecorded: UnrecordedObjects):
    earlier, later = (Push(ports, kept, day, shard="8").upload.object_key for day in (DAY, NEXT_DAY))
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
    assert listed(unrecorded, "8", NEXT_DAY, after=place_before_day(noon)) == [later]
    assert listed(unrecorded, "8", NEXT_DAY, after=place_before_day(noon - DAY_SECONDS)) == [earlier, later]


def test_an_abandoned_object_has_a_settled_upload_and_can_not_be_committed(
    ports: Ports, kept: Repository, unrecorded: UnrecordedObjects
):
    push = Push(ports, kept, shard="3")
    assert unrecorded.abandon(push.upload.object_key, NOW)
    assert not unrecorded.abandon(push.upload.object_key, NOW)
    found = ports.uploads.get(push.upload.upload_id)
    assert found is not None
    assert (found.status, found.object_key, found.keeps_object) == (
        UploadStatus.ABANDONED,
        push.upload.object_key,
        False,
    )
    assert not push.commit()
    assert not listed(unrecorded, "3", DAY)


def test_content_of_a_layer_is_not_abandoned(ports: Ports, kept: Repository, unrecorded: UnrecordedObjects):
    push = Push(ports, kept, shard="4")
    assert push.commit()
    assert not unrecorded.abandon(push.upload.object_key, NOW)
    assert ports.uploads.get(push.upload.upload_id) is None


def test_a_record_is_written_later_unless_the_object_is_content(ports: Ports, kept: Repository):
    committed, refused = Push(ports, kept), Push(ports, kept)
    assert committed.commit()
    assert ports.uploads.record(committed.upload) is Recorded.COMMITTED
    assert ports.uploads.get(committed.upload.upload_id) is None
    for _ in range(2):  # the answer of the first was lost
        assert ports.uploads.record(refused.upload) is Recorded.DONE
    assert not refused.commit()
    assert ports.uploads.get(refused.upload.upload_id) == refused.upload
    ports.repositories.begin_deletion(kept.id, forced=True, closed_until=int(NOW) + 1)
    assert ports.uploads.record(Push(ports, kept).upload) is Recorded.CLOSED


@pytest.mark.parametrize("ports", ["engines", "moto"], indirect=True)
def test_other_keys_below_the_prefix_are_ignored(ports: Ports, kept: Repository, unrecorded: UnrecordedObjects):
    key = Push(ports, kept, shard="6").upload.object_key
    prefix = key.rpartition("/")[0].rpartition("/")[0]
    for stray in ("0", "junk", DAY, f"{DAY}/"):
        s3_client().put_object(Bucket=read_settings().bucket, Key=f"{prefix}/{stray}", Body=b"x")
    assert listed(unrecorded, "6", NEXT_DAY) == [key]


@pytest.mark.parametrize("ports", ["memory", "engines"], indirect=True)  # moto lets racing transactions through
def test_of_commit_and_abandonment_exactly_one_takes_place(
    ports: Ports, kept: Repository, unrecorded: UnrecordedObjects
):
    outcomes = set()
    for attempt in range(30):
        push = Push(ports, kept, shard="5")
        acts = [push.commit, lambda push=push: unrecorded.abandon(push.upload.object_key, NOW)]
        with ThreadPoolExecutor() as pool:
            done = [act.result() for act in [pool.submit(act) for act in acts[:: 1 if attempt % 2 else -1]]]
        assert sum(done) == 1
        found = ports.uploads.get(push.upload.upload_id)
        assert (push.lookup().layer is None) == (found is not None)
        outcomes.add(found is None)
    assert outcomes == {True, False}
