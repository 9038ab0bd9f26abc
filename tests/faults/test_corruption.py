"""What S3 or the table lost or changed is noticed: never a layer over wrong bytes, always a way on for the client."""

import boto3
import pytest
from moorage.adapters.dynamodb.item import connection
from moorage.domain.uploads.upload import Upload
from moorage_local.stack.stack import Stack

from tests.support.faults.injection import Crash, Fault, Injector, crash_after
from tests.support.faults.registry import Answer, LocalRegistry, part_members
from tests.support.faults.scenarios import ONE, SMALL_PARTS, TWO

NAME = "corrupted"
OTHER = bytes(reversed(ONE))
LARGE = b"5 MiB and more " * 360_000


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    return made(10 * 1024 * 1024)


def made(part_size_bytes: int) -> LocalRegistry:
    registry = LocalRegistry(part_size_bytes)
    registry.must("CreateRepository", repositoryName=NAME)
    return registry


def require_void(registry: LocalRegistry, answer: Answer, upload_id: str, digest: str, content: bytes) -> None:
    """The completion was refused for good, no record was written, and a new upload of the same bytes works."""
    error, body = answer
    assert error == "InvalidLayerException", body
    assert "initiate a new layer upload" in body["message"]
    assert registry.complete(NAME, upload_id, digest) == answer
    found = registry.must("BatchCheckLayerAvailability", repositoryName=NAME, layerDigests=[digest])
    assert found["layers"][0]["layerAvailability"] == "UNAVAILABLE"
    assert registry.push(NAME, content) == digest
    assert registry.download(NAME, digest) == content
    registry.reap()
    assert not registry.findings(verify=True)


def head(registry: LocalRegistry, upload_id: str) -> Upload:
    upload = registry.ports.uploads.get(upload_id)
    assert upload is not None
    return upload


def crash_before_commit(registry: LocalRegistry, upload_id: str, digest: str) -> None:
    """Complete, and be gone between S3's completion and the commit."""
    injector = Injector(registry.aws_clients)
    with injector.watching(place=2, fault=Fault("crash after", crash_after)), pytest.raises(Crash):
        registry.complete(NAME, upload_id, digest)
    assert injector.calls[-1] == "s3.CompleteMultipartUpload"


def test_a_part_that_was_replaced_in_s3_after_it_was_acknowledged_is_noticed(registry: LocalRegistry) -> None:
    upload_id, digest = registry.upload(NAME, ONE)
    upload = head(registry, upload_id)
    boto3.client("s3").upload_part(
        Bucket=registry.settings.bucket,
        Key=upload.object_key,
        UploadId=upload.multipart_id,
        PartNumber=upload.relayed.attempts,
        Body=OTHER,
        ChecksumAlgorithm="SHA256",
    )
    answer = registry.complete(NAME, upload_id, digest)
    if answer[0] is None:
        # SeaweedFS keeps every version of a part and joins the one with the ETag given; S3 keeps the last, and refuses.
        assert registry.download(NAME, digest) == ONE
        assert not registry.broken(verify=True)
    else:
        require_void(registry, answer, upload_id, digest, ONE)


def test_a_part_whose_record_was_lost_is_noticed(registry: LocalRegistry) -> None:
    upload_id, digest = registry.upload(NAME, LARGE, ONE)
    boto3.client("dynamodb").delete_item(
        TableName=registry.settings.table_name, Key={"pk": {"S": f"UPLOAD#{upload_id}"}, "sk": {"S": "PART#00001"}}
    )
    require_void(registry, registry.complete(NAME, upload_id, digest), upload_id, digest, LARGE + ONE)


@pytest.mark.parametrize("attribute", ["e", "h"])
def test_a_part_whose_etag_or_hash_was_damaged_is_noticed(registry: LocalRegistry, attribute: str) -> None:
    upload_id, digest = registry.upload(NAME, ONE)
    damaged = {"e": {"S": '"0123456789abcdef0123456789abcdef"'}, "h": {"B": b"\0" * 32}}[attribute]
    connection().client.update_item(
        TableName=registry.settings.table_name,
        Key={"pk": {"S": f"UPLOAD#{upload_id}"}, "sk": {"S": "PART#00001"}},
        UpdateExpression="SET #a = :damaged",
        ExpressionAttributeNames={"#a": attribute},
        ExpressionAttributeValues={":damaged": damaged},
    )
    require_void(registry, registry.complete(NAME, upload_id, digest), upload_id, digest, ONE)


@pytest.mark.parametrize("content", [OTHER, ONE[:-1]], ids=["replaced", "truncated"])
def test_an_object_that_changed_between_s3_completion_and_commit_is_noticed(
    registry: LocalRegistry, content: bytes
) -> None:
    upload_id, digest = registry.upload(NAME, ONE)
    crash_before_commit(registry, upload_id, digest)
    boto3.client("s3").put_object(
        Bucket=registry.settings.bucket, Key=head(registry, upload_id).object_key, Body=content
    )
    require_void(registry, registry.complete(NAME, upload_id, digest), upload_id, digest, ONE)


def test_an_object_that_vanished_before_the_commit_sends_the_client_to_a_new_upload(registry: LocalRegistry) -> None:
    upload_id, digest = registry.upload(NAME, ONE)
    crash_before_commit(registry, upload_id, digest)
    boto3.client("s3").delete_object(Bucket=registry.settings.bucket, Key=head(registry, upload_id).object_key)
    assert registry.complete(NAME, upload_id, digest)[0] == "UploadNotFoundException"
    assert registry.push(NAME, ONE) == digest
    assert not registry.broken(verify=True)


def test_an_unchanged_object_of_an_earlier_attempt_is_committed(registry: LocalRegistry) -> None:
    upload_id, digest = registry.upload(NAME, LARGE, ONE)
    crash_before_commit(registry, upload_id, digest)
    assert registry.complete(NAME, upload_id, digest)[0] is None
    assert registry.download(NAME, digest) == LARGE + ONE


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_tail_that_is_gone_or_short_ends_the_upload(stack: Stack, damage: str) -> None:
    registry = made(SMALL_PARTS)
    upload_id, _ = registry.upload(NAME, ONE)
    tail = head(registry, upload_id).relayed.tail
    assert tail is not None
    s3 = boto3.client("s3")
    if damage == "missing":
        s3.delete_object(Bucket=registry.settings.bucket, Key=tail.object_key)
    else:
        s3.put_object(Bucket=registry.settings.bucket, Key=tail.object_key, Body=ONE[:-1])
    error, body = registry.call("UploadLayerPart", **part_members(NAME, upload_id, len(ONE), TWO))
    assert error == "UploadNotFoundException", body
    assert registry.push(NAME, ONE, TWO)
    assert not registry.broken(verify=True)


@pytest.mark.parametrize("stored", [b"", b"not a state", bytes(112)], ids=["empty", "short", "zeros"])
def test_a_damaged_sha256_state_falls_back_to_reading_the_object(registry: LocalRegistry, stored: bytes) -> None:
    upload_id, digest = registry.upload(NAME, LARGE, ONE)
    registry.lose_hash_state(upload_id, stored)
    assert registry.complete(NAME, upload_id, f"sha256:{'0' * 64}")[0] == "InvalidLayerException"
    assert registry.complete(NAME, upload_id, digest)[0] is None
    assert registry.download(NAME, digest) == LARGE + ONE


def test_a_state_that_is_damaged_between_parts_is_not_used(registry: LocalRegistry) -> None:
    upload_id, _ = registry.upload(NAME, LARGE)
    registry.lose_hash_state(upload_id, b"not a state")
    registry.must("UploadLayerPart", **part_members(NAME, upload_id, len(LARGE), ONE))
    assert head(registry, upload_id).hash_state is None
    digest = registry.push(NAME, LARGE, ONE)
    assert registry.complete(NAME, upload_id, digest)[0] == "LayerAlreadyExistsException"
