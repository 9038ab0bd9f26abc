"""The streaming checksum: checkpoints, leases, handing over. Here a chunk is 7 bytes, a checkpoint due at 14."""

from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.errors import UnavailableError, VerificationInProgressError
from moorage.domain.uploads.direct_upload import Lease
from moorage.domain.uploads.sha256_state import unseal
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.ports import Ports

from tests.support.direct.uploads import complete, describe, sent
from tests.support.fakes.memory_content import CHUNK_BYTES
from tests.support.fakes.world import ForgetfulHasher, World
from tests.support.interleaving import before, counting, failing_before
from tests.support.layers import digest_of

CONTENT = bytes(range(100))
DIGEST = digest_of(CONTENT)


class Killed(BaseException):
    """The process is gone: nothing that it had in mind is done any more."""


def reading(world: World, starts: list[int]) -> Ports:
    """Ports that note from which byte each run reads."""
    content: Any = world.content

    class Noting:
        def __getattr__(self, name: str) -> Any:
            return getattr(content, name)

        def stream(self, object_key: str, etag: str | None, first_byte: int = 0) -> Any:
            starts.append(first_byte)
            return content.stream(object_key, etag, first_byte)

    return replace(world.ports, content=Noting())


def killed_after(ports: Ports, checkpoints: int) -> Ports:
    """Ports of a process that dies at its next checkpoint after that many, which it does not write."""
    left = [checkpoints]
    verifications: Any = ports.verifications

    class Dying:
        take_lease = verifications.take_lease

        def checkpoint(self, *arguments: Any) -> Any:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return verifications.checkpoint(*arguments)

    return replace(ports, verifications=Dying())


def verified_bytes(world: World, upload_id: str) -> int:
    verification = world.head(upload_id).verification
    assert verification
    return verification.verified_bytes


def test_after_a_killed_run_the_next_one_resumes_after_the_last_checkpoint(world: World):
    upload_id, starts = sent(world, CONTENT), []
    ports = reading(world, starts)
    for _ in range(3):
        with pytest.raises(Killed):
            complete(world, upload_id, ports=killed_after(ports, 2))
        world.clock.now += 60
    assert str(complete(world, upload_id, ports=ports).layer_digest) == DIGEST
    assert starts == [0, 28, 56, 84]


def test_nobody_else_verifies_while_a_lease_is_good(world: World):
    upload_id = sent(world, CONTENT)
    with pytest.raises(Killed):
        complete(world, upload_id, ports=killed_after(world.ports, 1))
    world.clock.now += 59
    with pytest.raises(VerificationInProgressError) as refused:
        complete(world, upload_id)
    assert refused.value.leased_until == world.clock.now + 1
    assert not world.completions.enqueued
    world.clock.now += 1
    complete(world, upload_id)


def test_at_the_end_of_its_time_a_run_hands_over_and_lets_go(world: World):
    upload_id = sent(world, CONTENT)
    with pytest.raises(VerificationInProgressError) as pending:
        complete(world, upload_id, deadline=world.clock.now)
    assert (pending.value.verified_bytes, pending.value.leased_until) == (CHUNK_BYTES, None)
    [(request, delay)] = world.completions.enqueued
    assert (request.upload.upload_id, request.layer_digests, delay) == (upload_id, (DIGEST,), 0)
    state = describe(world, upload_id)
    assert (state.status, state.verified_bytes) == ("verifying", CHUNK_BYTES)


def test_runs_without_any_time_still_get_to_the_end(world: World):
    upload_id, starts = sent(world, CONTENT), []
    ports = reading(world, starts)
    for _ in range(len(CONTENT) // CHUNK_BYTES):
        with pytest.raises(VerificationInProgressError):
            complete(world, upload_id, deadline=0, ports=ports)
    assert str(complete(world, upload_id, deadline=0, ports=ports).layer_digest) == DIGEST
    assert starts == list(range(0, len(CONTENT), CHUNK_BYTES))


def test_a_synchronous_completion_has_a_budget(world: World):
    upload_id = sent(world, CONTENT)
    hurry = lambda: setattr(world.clock, "now", world.clock.now + 20)  # noqa: E731
    with pytest.raises(VerificationInProgressError):
        world.complete(upload_id, DIGEST, ports=before(world.ports, "verifications.checkpoint", hurry))
    assert str(world.complete(upload_id, DIGEST).layer_digest) == DIGEST


def test_a_crash_between_the_last_checkpoint_and_the_commit_reads_nothing_again(world: World):
    upload_id = sent(world, CONTENT)
    with pytest.raises(Killed):
        complete(world, upload_id, ports=failing_before(world.ports, "catalog.commit", Killed()))  # type: ignore[arg-type]
    ports, reads = counting(world.ports, "content.stream")
    complete(world, upload_id, ports=ports)
    assert not reads


def test_a_damaged_checkpoint_is_not_believed(world: World):
    upload_id, starts = sent(world, CONTENT), []
    with pytest.raises(VerificationInProgressError):
        complete(world, upload_id, deadline=world.clock.now)
    state = world.head(upload_id).hash_state
    assert state
    sealed = state.seal()
    world.change_head(upload_id, hash_state=unseal(sealed[:-1] + bytes([sealed[-1] ^ 1])))
    assert str(complete(world, upload_id, ports=reading(world, starts)).layer_digest) == DIGEST
    assert starts == [0]


def test_whoever_lost_the_lease_stops_and_writes_nothing(world: World):
    upload_id = sent(world, CONTENT)

    def take_over() -> None:
        verification = world.head(upload_id).verification
        assert verification
        lease = Lease("another worker", world.clock.now + 60)
        world.change_head(upload_id, verification=replace(verification, lease=lease, verified_bytes=63))

    with pytest.raises(VerificationInProgressError):
        complete(world, upload_id, ports=before(world.ports, "verifications.checkpoint", take_over))
    assert verified_bytes(world, upload_id) == 63
    assert not world.completions.enqueued


def test_where_s3_fails_what_was_hashed_is_kept_and_the_lease_is_free(world: World):
    upload_id = sent(world, CONTENT)
    content: Any = world.content

    class Failing:
        def __getattr__(self, name: str) -> Any:
            return getattr(content, name)

        def stream(self, *arguments: Any) -> Any:
            stream = content.stream(*arguments)
            yield next(stream)
            raise UnavailableError

    with pytest.raises(UnavailableError):
        complete(world, upload_id, ports=replace(world.ports, content=Failing()))
    assert verified_bytes(world, upload_id) == CHUNK_BYTES
    assert str(complete(world, upload_id).layer_digest) == DIGEST


def test_a_lease_is_renewed_by_time_where_the_store_is_slow(world: World):
    upload_id = sent(world, CONTENT)
    hasher: Any = world.ports.hasher

    class Slow:
        carries, digest = hasher.carries, hasher.digest

        def extend(self, *arguments: Any) -> Any:
            world.clock.now += 25
            return hasher.extend(*arguments)

    ports, checkpoints = counting(replace(world.ports, hasher=Slow()), "verifications.checkpoint")
    complete(world, upload_id, deadline=world.clock.now + 10_000, ports=ports)
    assert len(checkpoints) == 15 + 1


def test_without_carried_states_the_content_is_hashed_in_one_go(world: World):
    upload_id = sent(world, CONTENT)
    ports = replace(world.ports, hasher=ForgetfulHasher())
    assert str(complete(world, upload_id, deadline=0, ports=ports).layer_digest) == DIGEST


def test_a_relayed_upload_whose_state_was_lost_is_verified_in_steps_as_well(world: World):
    content = CONTENT[:55]
    upload_id, starts = world.uploaded(content), []
    world.change_head(upload_id, hash_state=None)
    ports = reading(world, starts)
    with pytest.raises(Killed):
        world.complete(upload_id, digest_of(content), ports=killed_after(ports, 1))
    world.clock.now += 60
    assert str(world.complete(upload_id, digest_of(content), ports=ports).layer_digest) == digest_of(content)
    assert starts == [0, 14]
    assert world.head(upload_id).status is UploadStatus.COMPLETED
