"""An upload's rules: whose it is, when it ends, and how its next part is stored."""

import pytest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.relay_progress import ReceivedPart, RelayProgress, Tail
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef

from tests.support.records import ANNOUNCED

MIB = 1024 * 1024


def upload(**changed: object) -> Upload:
    members = {
        "ref": UploadRef(RepositoryId("123456789012", "aa"), "id"),
        "repository_incarnation": "first",
        "encryption": Encryption(),
        "object_key": "blobs/id",
        "multipart_id": "m",
        "initiated_at": 0.0,
        "expires_at": 100,
    }
    return Upload(**{**members, **changed})


def test_an_upload_belongs_to_one_repository_of_one_registry():
    assert upload().repository == RepositoryId("123456789012", "aa")
    assert upload().repository != RepositoryId("123456789012", "bb")
    assert upload().repository != RepositoryId("999999999999", "aa")


def test_an_upload_ends_at_the_second_it_says():
    assert not upload().has_expired(99.9)
    assert upload().has_expired(100.0)


@pytest.mark.parametrize(
    ("changed", "takes"),
    [
        ({}, True),
        ({"expires_at": 50}, False),
        ({"transfer": ANNOUNCED}, False),
        *(({"status": status}, False) for status in UploadStatus if status is not UploadStatus.OPEN),
    ],
)
def test_parts_are_taken_while_it_is_open_relayed_and_not_expired(changed: dict[str, object], takes: bool):
    assert upload(**changed).takes_parts(50.0) is takes


def test_the_size_of_a_range_counts_both_ends():
    assert ReceivedPart(0, 0, b"").size_bytes == 1
    assert ReceivedPart(5, 4, b"").size_bytes == 0


@pytest.mark.parametrize(
    ("tail_bytes", "size_bytes", "leaves"),
    [
        (None, 5 * MIB, False),
        (None, 20 * MIB, False),
        (None, 3 * MIB, True),
        (None, 3 * MIB - 1, False),
        (3 * MIB, 3 * MIB, False),
        (3 * MIB, 1, False),
        (3 * MIB, 2 * MIB - 1, False),
    ],
)
def test_with_parts_of_3_mib(tail_bytes: int | None, size_bytes: int, leaves: bool):
    tail = Tail("tails/1", tail_bytes, b"") if tail_bytes else None
    assert RelayProgress(stored_parts=4, tail=tail, min_part_bytes=3 * MIB).leaves_tail(size_bytes, 5 * MIB) is leaves


@pytest.mark.parametrize("size_bytes", [1, MIB, 5 * MIB - 1, 5 * MIB, 20 * MIB])
def test_where_callers_send_what_s3_wants_nothing_is_joined(size_bytes: int):
    assert not RelayProgress(min_part_bytes=5 * MIB).leaves_tail(size_bytes, 5 * MIB)
