"""UploadLayerPart: which parts are accepted, what is stored, and how the hash state continues."""

from hashlib import sha256

import pytest
from moorage.domain.errors import (
    LimitExceededError,
    RepositoryNotFoundError,
    UnavailableError,
    UploadNotFoundError,
)
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.relay_progress import ReceivedPart
from moorage.domain.uploads.sha256_state import unseal
from moorage.domain.uploads.upload import UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef

from tests.support.fakes.world import PART, REPOSITORY, World
from tests.support.interleaving import before, failing_after, failing_before
from tests.support.layers import digest_of
from tests.support.records import ANNOUNCED

FIRST, SECOND = b"0123456789", b"abcdefghij"


def test_a_part_that_continues_the_layer_is_taken(world: World):
    upload_id = world.initiate()

    assert world.send(upload_id, FIRST).last_byte_received == 9
    assert world.send(upload_id, SECOND).last_byte_received == 19

    head = world.head(upload_id)
    progress = head.relayed
    assert (progress.received_bytes, progress.received_parts, progress.stored_parts) == (20, 2, 2)
    assert progress.last_part == ReceivedPart(10, 19, sha256(SECOND).digest())
    assert [(part.part_number, part.size_bytes) for part in world.parts(upload_id)] == [(1, 10), (2, 10)]


def test_the_hash_is_carried_from_part_to_part(world: World):
    upload_id = world.uploaded(FIRST + SECOND)
    state = world.head(upload_id).hash_state
    assert state is not None
    assert state.length == 20
    assert world.ports.hasher.digest(state) == sha256(FIRST + SECOND).digest()


def test_the_last_part_sent_again_with_the_same_bytes_succeeds_and_changes_nothing(world: World):
    upload_id = world.uploaded(FIRST + SECOND)
    before_repeat = (world.head(upload_id), world.parts(upload_id))
    assert world.send(upload_id, SECOND, 10).last_byte_received == 19
    assert (world.head(upload_id), world.parts(upload_id)) == before_repeat


def test_a_part_whose_answer_was_lost_succeeds_when_it_is_sent_again(world: World):
    upload_id = world.initiate()
    with pytest.raises(UnavailableError):
        world.send(upload_id, FIRST, ports=failing_after(world.ports, "uploads.append", UnavailableError()))
    assert world.send(upload_id, FIRST, 0).last_byte_received == 9
    assert world.head(upload_id).relayed.received_parts == 1


@pytest.mark.parametrize("call", ["uploads.reserve_part", "content.put_part", "uploads.append"])
def test_a_part_that_failed_half_way_is_taken_when_it_is_sent_again(world: World, call: str):
    upload_id = world.uploaded(FIRST)
    for fail in (failing_before, failing_after):
        with pytest.raises(UnavailableError):
            world.send(upload_id, SECOND, 10, ports=fail(world.ports, call, UnavailableError()))
    assert world.send(upload_id, SECOND, 10).last_byte_received == 19
    world.complete(upload_id, digest_of(FIRST + SECOND))
    assert world.stored(upload_id) == FIRST + SECOND


def test_tries_of_the_same_bytes_may_run_side_by_side(world: World):
    upload_id = world.initiate()
    rival = lambda: world.send(upload_id, FIRST, 0)  # noqa: E731
    assert world.send(upload_id, FIRST, 0, ports=before(world.ports, "content.put_part", rival)).last_byte_received == 9
    multipart = world.content.multiparts[world.head(upload_id).multipart_id]
    assert sorted(multipart.parts) == [1]
    world.complete(upload_id, digest_of(FIRST))
    assert world.stored(upload_id) == FIRST


def test_other_bytes_wait_while_a_part_is_stored_and_are_refused_when_it_is(world: World):
    upload_id = world.initiate()
    waited: list[type[Exception]] = []

    def rival() -> None:
        with pytest.raises(UnavailableError) as refused:
            world.send(upload_id, SECOND, 0)
        waited.append(refused.type)

    world.send(upload_id, FIRST, 0, ports=before(world.ports, "uploads.append", rival))
    assert waited == [UnavailableError]
    with pytest.raises(Exception, match="were received before, with other content"):
        world.send(upload_id, SECOND, 0)
    world.complete(upload_id, digest_of(FIRST))
    assert world.stored(upload_id) == FIRST


def test_other_bytes_take_a_place_whose_try_has_not_come_back(world: World):
    upload_id = world.initiate()
    with pytest.raises(UnavailableError):
        world.send(upload_id, FIRST, ports=failing_after(world.ports, "content.put_part", UnavailableError()))
    with pytest.raises(UnavailableError, match="other content"):
        world.send(upload_id, SECOND)
    world.clock.now += world.ports.limits.part_reservation_seconds + 1
    assert world.send(upload_id, SECOND).last_byte_received == 9
    world.complete(upload_id, digest_of(SECOND))
    assert world.stored(upload_id) == SECOND


def test_an_upload_that_lost_its_hash_state_goes_on_without_one(world: World):
    upload_id = world.uploaded(FIRST)
    world.change_head(upload_id, hash_state=None)
    world.send(upload_id, SECOND)
    assert world.head(upload_id).hash_state is None


def test_a_hash_state_of_other_bytes_is_not_continued(world: World):
    upload_id, other = world.uploaded(FIRST), world.uploaded(FIRST + SECOND)
    world.change_head(upload_id, hash_state=world.head(other).hash_state)
    world.send(upload_id, SECOND)
    assert world.head(upload_id).hash_state is None


def test_a_damaged_hash_state_is_not_used(world: World):
    upload_id = world.uploaded(FIRST)
    world.change_head(upload_id, hash_state=unseal(b"\0" * 112))
    world.send(upload_id, SECOND)
    assert world.head(upload_id).hash_state is None


def test_a_part_goes_to_a_multipart_upload_that_is_gone_is_refused(world: World):
    upload_id = world.initiate()
    world.content.multiparts.clear()
    with pytest.raises(UploadNotFoundError):
        world.send(upload_id, FIRST)


def test_a_repository_deleted_while_a_part_was_stored_is_named(world: World):
    upload_id = world.initiate()

    def rival() -> None:
        world.delete()
        world.content.multiparts.clear()

    with pytest.raises(RepositoryNotFoundError):
        world.send(upload_id, FIRST, ports=before(world.ports, "content.put_part", rival))


def test_an_unknown_upload_is_not_found(world: World):
    with pytest.raises(UploadNotFoundError):
        world.send("00000000-0000-4000-8000-00000000dead", FIRST, 0)


def test_an_upload_in_an_unknown_repository_is_a_missing_repository(world: World):
    upload_id = world.initiate()
    in_another_registry = UploadRef(RepositoryId("999999999999", REPOSITORY), upload_id)
    for elsewhere in ({"repository_name": "no/such"}, {"upload": in_another_registry}):
        with pytest.raises(RepositoryNotFoundError):
            world.send(upload_id, FIRST, 0, **elsewhere)


def test_another_repositorys_upload_is_not_found(world: World):
    world.create("harbour/other")
    upload_id = world.initiate()
    with pytest.raises(UploadNotFoundError):
        world.send(upload_id, FIRST, repository_name="harbour/other")
    assert world.head(upload_id).relayed.attempts == 0


def test_an_expired_upload_takes_nothing(world: World):
    upload_id = world.initiate()
    world.clock.now += 1000
    with pytest.raises(UploadNotFoundError):
        world.send(upload_id, FIRST)


@pytest.mark.parametrize("status", [status for status in UploadStatus if status is not UploadStatus.OPEN])
def test_a_settled_upload_takes_nothing_not_even_its_last_part_again(world: World, status: UploadStatus):
    upload_id = world.uploaded(FIRST)
    world.change_head(upload_id, status=status)
    for blob, first_byte in ((SECOND, 10), (FIRST, 0)):
        with pytest.raises(UploadNotFoundError):
            world.send(upload_id, blob, first_byte)


def test_a_direct_upload_takes_no_parts_through_the_registry(world: World):
    upload_id = world.initiate()
    world.change_head(upload_id, transfer=ANNOUNCED)
    with pytest.raises(UploadNotFoundError):
        world.send(upload_id, FIRST)


def test_a_layer_takes_only_so_many_parts(world: World):
    upload_id = world.uploaded(b"x" * PART * 6)
    with pytest.raises(LimitExceededError, match="at most 6 parts"):
        world.send(upload_id, FIRST)
    world.complete(upload_id, digest_of(b"x" * PART * 6))


def test_a_layer_takes_only_so_many_bytes():
    world = World(max_layer_bytes=25)
    world.create()
    upload_id = world.uploaded(FIRST + SECOND)
    with pytest.raises(LimitExceededError, match="at most 25 bytes"):
        world.send(upload_id, b"123456")
    world.clock.now += world.ports.limits.part_reservation_seconds + 1
    assert world.send(upload_id, b"12345").last_byte_received == 24
