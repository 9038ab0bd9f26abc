"""The port `Uploads`."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.repositories.repository import Encryption
from moorage.domain.uploads.relay_progress import ReceivedPart, Reservation, StoredPart, Tail
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import PartReceipt

from tests.support.records import ANNOUNCED, changed_upload, repository, upload

NOW = 1_700_000_001.0
OURS = Reservation(b"\x01" * 32, int(NOW) + 60)
OTHERS = Reservation(b"\x02" * 32, int(NOW) + 60)
STATE = HashState(pending=b"\x00state\xff", length=7)
DIGEST = Digest.of(f"sha256:{'ab' * 32}")


def claim(ports: Ports, head: Upload, first_byte: int = 0, **changed: Any):
    asked = {"now": NOW, "reservation": OURS}
    other = {name: changed.pop(name) for name in ("registry_id", "name") if name in changed}
    ref = UploadRef(head.repository._replace(**other), head.upload_id)
    return ports.uploads.reserve_part(ref, **{**asked, "first_byte": first_byte, **changed})


def receipt(before: Upload, size_bytes: int, *, part_number: int | None = None, **changed: Any) -> PartReceipt:
    progress = before.relayed
    place = part_number or progress.stored_parts + 1
    after = changed_upload(
        before,
        received_bytes=before.received_bytes + size_bytes,
        received_parts=progress.received_parts + 1,
        stored_parts=place,
        last_part=ReceivedPart(before.received_bytes, before.received_bytes + size_bytes - 1, b"\x00" * 32),
        **changed,
    )
    return PartReceipt(after, StoredPart(place, f'"etag {progress.attempts}"', b"\xff" * 32, size_bytes))


@pytest.fixture
def head(ports: Ports, name: str) -> Upload:
    """A new upload's record."""
    made = upload(name)
    ports.uploads.create(made)
    return made


def test_a_new_upload_comes_back_as_it_was_kept(ports: Ports, name: str):
    kept = upload(name, encryption=Encryption("KMS", "alias/one"), transfer=ANNOUNCED)
    ports.uploads.create(kept)
    assert ports.uploads.get(kept.upload_id) == kept
    assert ports.uploads.read(kept.upload_id) == (kept, ())
    assert ports.uploads.get(kept.upload_id.upper()) == kept


def test_what_is_not_there_is_none(ports: Ports):
    nowhere = "00000000-0000-4000-8000-00000000dead"
    assert ports.uploads.get(nowhere) is None
    assert ports.uploads.read(nowhere) is None


def test_the_same_creation_again_does_not_reset_what_has_gone_on_since(ports: Ports, head: Upload):
    ports.uploads.append(head, receipt(head, 10))
    ports.uploads.create(head)
    assert ports.uploads.get(head.upload_id).received_bytes == 10


@pytest.mark.parametrize("then", ["closed", "deleted", "created again"])
def test_no_upload_begins_in_a_repository_whose_deletion_has_begun(ports: Ports, name: str, then: str):
    ports.repositories.create(repository(name))
    closed = ports.repositories.begin_deletion(repository(name).id, forced=True, closed_until=2_000_000_000)
    if then != "closed":
        assert ports.repositories.finish_deletion(closed)
    if then == "created again":
        ports.repositories.create(repository(name, "second"))
    late = upload(name)
    assert not ports.uploads.create(late)
    assert ports.uploads.get(late.upload_id) is None


def test_an_upload_begins_after_a_deletion_was_called_off(ports: Ports, name: str):
    ports.repositories.create(repository(name))
    closed = ports.repositories.begin_deletion(repository(name).id, forced=False, closed_until=2_000_000_000)
    ports.repositories.call_off_deletion(closed)
    assert ports.uploads.create(upload(name))


def test_an_id_is_given_out_once(ports: Ports, head: Upload):
    with pytest.raises(InconsistentRecordsError, match=head.upload_id):
        ports.uploads.create(replace(head, multipart_id="another"))


def test_each_claim_of_the_same_bytes_is_granted_and_has_a_number_of_its_own(ports: Ports, head: Upload):
    first, second = claim(ports, head), claim(ports, head)
    assert (first.attempt_number, second.attempt_number) == (1, 2)
    assert second.upload == changed_upload(head, attempts=2, reservation=OURS)


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ({}, {"first_byte": 1}),
        ({}, {"name": "ports/other"}),
        ({}, {"registry_id": "999999999999"}),
        ({}, {"now": 1_700_086_400.0}),
        ({"reservation": OTHERS}, {}),
        ({"transfer": ANNOUNCED}, {}),
        ({"status": UploadStatus.COMPLETED, "digest": DIGEST}, {}),
    ],
    ids=["not the next byte", "repository", "registry", "expired", "reserved for other bytes", "direct", "settled"],
)
def test_a_claim_that_is_refused_returns_the_upload_and_changes_nothing(
    ports: Ports, name: str, kept: dict[str, Any], asked: dict[str, Any]
):
    head = upload(name, **kept)
    ports.uploads.create(head)
    refused = claim(ports, head, **asked)
    assert (refused.upload, refused.attempt_number) == (head, None)
    assert ports.uploads.get(head.upload_id) == head


def test_a_place_is_free_for_other_bytes_when_its_time_is_over_or_a_part_was_accepted(ports: Ports, head: Upload):
    assert claim(ports, head, reservation=OTHERS).attempt_number == 1
    assert claim(ports, head).attempt_number is None
    taken = claim(
        ports, head, now=OTHERS.expires_at + 0.5, reservation=Reservation(b"\x03" * 32, OTHERS.expires_at + 60)
    )
    assert taken.attempt_number == 2
    accepted = receipt(taken.upload, 10, reservation=None)
    assert ports.uploads.append(taken.upload, accepted).applied
    assert ports.uploads.get(head.upload_id).relayed.reservation is None
    assert claim(ports, head, 10).attempt_number == 3


def test_a_claim_on_nothing_finds_nothing(ports: Ports, name: str):
    refused = claim(ports, upload(name))
    assert (refused.upload, refused.attempt_number) == (None, None)


def test_an_accepted_part_changes_the_head_and_is_kept(ports: Ports, head: Upload):
    before = claim(ports, head).upload
    accepted = receipt(before, 10, hash_state=STATE, tail=Tail("tails/1", 10, b"\x01" * 32), has_short_part=True)
    assert ports.uploads.append(before, accepted).applied
    assert ports.uploads.read(head.upload_id) == (accepted.after, (accepted.stored,))


def test_a_part_that_joins_the_tail_takes_the_place_of_the_short_one(ports: Ports, head: Upload):
    before = claim(ports, head).upload
    short = receipt(before, 4, tail=Tail("tails/1", 4, b"\x01" * 32), hash_state=STATE)
    ports.uploads.append(before, short)
    before = claim(ports, head, 4).upload
    joined = receipt(before, 8, part_number=1, tail=None, hash_state=None)
    assert ports.uploads.append(before, joined).applied
    assert ports.uploads.read(head.upload_id) == (joined.after, (joined.stored,))


def test_numbers_given_out_meanwhile_stay_given_out(ports: Ports, head: Upload):
    before = claim(ports, head).upload
    claim(ports, head)
    ports.uploads.append(before, receipt(before, 10))
    assert claim(ports, head, 10).attempt_number == 3


def test_a_part_is_refused_when_another_came_first(ports: Ports, head: Upload):
    ours, theirs = claim(ports, head).upload, claim(ports, head).upload
    assert ports.uploads.append(theirs, receipt(theirs, 10)).applied
    refused = ports.uploads.append(ours, receipt(ours, 7))
    assert (refused.applied, refused.current.received_bytes, refused.current.relayed.last_part.last_byte) == (
        False,
        10,
        9,
    )
    assert [part.size_bytes for part in ports.uploads.read(head.upload_id)[1]] == [10]


def test_a_part_is_refused_when_the_upload_was_settled_or_is_gone(ports: Ports, head: Upload, name: str):
    before = claim(ports, head).upload
    ports.uploads.settle(before, UploadStatus.ABANDONED)
    refused = ports.uploads.append(before, receipt(before, 10))
    assert (refused.applied, refused.current.status) == (False, UploadStatus.ABANDONED)
    nothing = ports.uploads.append(upload(name), receipt(upload(name), 10))
    assert (nothing.applied, nothing.current) == (False, None)


def test_parts_come_in_the_layers_order(ports: Ports, head: Upload):
    before = head
    for _ in range(12):
        before = claim(ports, head, before.received_bytes).upload
        accepted = receipt(before, 10)
        ports.uploads.append(before, accepted)
        before = accepted.after
    found, parts = ports.uploads.read(head.upload_id)
    assert [part.part_number for part in parts] == list(range(1, 13))
    assert found == before


@pytest.mark.parametrize(
    ("status", "digest"),
    [(UploadStatus.SUPERSEDED, DIGEST), (UploadStatus.FAILED, None), (UploadStatus.ABANDONED, None)],
)
def test_an_upload_is_settled_once_and_the_same_again_counts_as_done(
    ports: Ports, head: Upload, status: UploadStatus, digest: Digest | None
):
    ports.uploads.append(head, receipt(head, 10, hash_state=STATE))
    seen = ports.uploads.get(head.upload_id)
    for _ in range(2):
        assert ports.uploads.settle(seen, status, digest).applied
    assert ports.uploads.get(head.upload_id) == replace(seen, status=status, digest=digest, hash_state=None)
    other = UploadStatus.ABANDONED if status is UploadStatus.FAILED else UploadStatus.FAILED
    refused = ports.uploads.settle(seen, other)
    assert (refused.applied, refused.current.status) == (False, status)


def test_an_upload_that_has_grown_or_is_gone_is_not_settled(ports: Ports, head: Upload, name: str):
    ports.uploads.append(head, receipt(head, 10))
    refused = ports.uploads.settle(head, UploadStatus.FAILED)
    assert (refused.applied, refused.current.received_bytes, refused.current.status) == (False, 10, UploadStatus.OPEN)
    nothing = ports.uploads.settle(upload(name), UploadStatus.FAILED)
    assert (nothing.applied, nothing.current) == (False, None)


@pytest.mark.parametrize("ports", ["memory", "engines"], indirect=True)  # moto is not safe under races
def test_of_many_parts_at_one_time_exactly_one_is_accepted(ports: Ports, head: Upload):
    def rival(size_bytes: int) -> bool:
        before = claim(ports, head).upload
        return before.received_bytes == 0 and ports.uploads.append(before, receipt(before, size_bytes)).applied

    with ThreadPoolExecutor(8) as threads:
        accepted = list(threads.map(rival, range(1, 17)))
    found, parts = ports.uploads.read(head.upload_id)
    assert accepted.count(True) == 1
    assert [part.size_bytes for part in parts] == [found.received_bytes] == [accepted.index(True) + 1]
