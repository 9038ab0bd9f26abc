"""Leases and checkpoints: the same in memory and in DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from moorage.bootstrap.api import compose, read_settings
from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.direct_upload import DirectDescriptor, Lease, Verification
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.ports import Ports

from tests.support.fakes.world import World

UPLOAD = Upload(
    ref=UploadRef(RepositoryId("000000000000", "a/b"), "00000000-0000-4000-8000-00000000abcd"),
    repository_incarnation="i",
    encryption=Encryption(),
    object_key="direct/000000000000/x",
    multipart_id="m",
    initiated_at=1000.0,
    expires_at=2**31,
    transfer=DirectDescriptor(
        digest=Digest.of("sha256:" + "0" * 64), size_bytes=100, part_size_bytes=10, media_type="a/b"
    ),
)
STATE = HashState(pending=b"state", length=5)
ETAG = '"etag-1"'
FIRST, SECOND = Lease("first", 1060.0), Lease("second", 1120.0)


@pytest.fixture(params=["memory", "engines"])
def ports(request: pytest.FixtureRequest) -> Ports:
    if request.param == "memory":
        made = World().ports
    else:
        request.getfixturevalue("stack")
        made = compose(read_settings())
    made.uploads.create(UPLOAD)
    return made


def head(ports: Ports) -> Upload:
    found = ports.uploads.get(UPLOAD.upload_id)
    assert found is not None
    return found


def saved(ports: Ports, verified_bytes: int, lease: Lease | None, owner: str = "first") -> Any:
    verification = Verification(object_etag=ETAG, verified_bytes=verified_bytes, lease=lease)
    return ports.verifications.checkpoint(replace(UPLOAD, verification=verification, hash_state=STATE), owner)


def test_what_was_written_is_read(ports: Ports):
    assert head(ports) == UPLOAD
    taken = ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    assert taken.applied
    assert (
        taken.current
        == head(ports)
        == replace(UPLOAD, verification=Verification(object_etag=ETAG, verified_bytes=0, lease=FIRST))
    )


def test_a_lease_keeps_others_out_until_it_ends(ports: Ports):
    ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    refused = ports.verifications.take_lease(UPLOAD, ETAG, SECOND, 1059.0)
    assert not refused.applied
    assert refused.current
    assert refused.current.verification
    assert refused.current.verification.lease == FIRST
    assert ports.verifications.take_lease(UPLOAD, ETAG, SECOND, 1060.0).applied
    assert not ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1061.0).applied


def test_taking_a_lease_whose_answer_was_lost_succeeds_again(ports: Ports):
    for _ in range(2):
        assert ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0).applied


def test_taking_over_keeps_the_checkpoint(ports: Ports):
    ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    assert saved(ports, 40, replace(FIRST, expires_at=1070.0)).applied
    taken = ports.verifications.take_lease(UPLOAD, ETAG, SECOND, 1070.0)
    assert taken.current
    assert taken.current.verification == Verification(object_etag=ETAG, verified_bytes=40, lease=SECOND)
    assert taken.current.hash_state == STATE


def test_only_the_holder_writes_checkpoints(ports: Ports):
    ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    ports.verifications.take_lease(UPLOAD, ETAG, SECOND, 1060.0)
    refused = saved(ports, 40, FIRST)
    assert not refused.applied
    assert refused.current.verification.lease == SECOND
    assert saved(ports, 50, SECOND, owner="second").applied
    verification = head(ports).verification
    assert verification
    assert verification.verified_bytes == 50


def test_letting_go_frees_the_lease_and_can_be_repeated(ports: Ports):
    ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    assert saved(ports, 40, None).applied
    assert saved(ports, 40, None).applied
    assert not saved(ports, 41, None).applied
    assert ports.verifications.take_lease(UPLOAD, ETAG, SECOND, 1001.0).applied


def test_the_pinned_object_cannot_be_changed_for_another(ports: Ports):
    ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    saved(ports, 40, None)
    refused = ports.verifications.take_lease(UPLOAD, '"etag-2"', SECOND, 1001.0)
    assert not refused.applied
    assert refused.current
    assert refused.current.verification
    assert refused.current.verification.object_etag == ETAG


def test_a_settled_upload_takes_neither_lease_nor_checkpoint_and_says_why_it_failed(ports: Ports):
    ports.verifications.take_lease(UPLOAD, ETAG, FIRST, 1000.0)
    saved(ports, 40, FIRST)
    assert ports.uploads.settle(UPLOAD, UploadStatus.FAILED, failure="the bytes are others").applied
    for refused in (ports.verifications.take_lease(UPLOAD, ETAG, SECOND, 2000.0), saved(ports, 50, FIRST)):
        assert not refused.applied
        assert refused.current
        assert (refused.current.status, refused.current.failure) == (UploadStatus.FAILED, "the bytes are others")
        assert refused.current.hash_state is None
        assert refused.current.verification == Verification(object_etag=ETAG, verified_bytes=40)


def test_an_upload_that_is_gone_takes_nothing(ports: Ports):
    gone = replace(UPLOAD, ref=UPLOAD.ref._replace(upload_id="00000000-0000-4000-8000-00000000dead"))
    refused = ports.verifications.take_lease(gone, ETAG, FIRST, 1000.0)
    assert (refused.applied, refused.current) == (False, None)


def test_one_of_many_gets_the_lease(ports: Ports):
    def take(number: int) -> bool:
        return ports.verifications.take_lease(UPLOAD, ETAG, Lease(f"worker {number}", 1060.0), 1000.0).applied

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(take, range(16))) == 1
