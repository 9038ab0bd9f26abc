"""A completion that writes the tail as the last part never overwrites a part that was acknowledged at its place."""

import pytest
from moorage.domain.errors import UnavailableError

from tests.support.fakes.world import REPOSITORY, ForgetfulHasher, World
from tests.support.interleaving import before, counting, failing_before
from tests.support.layers import digest_of

TAIL = b"1234"
NEXT_PARTS = [b"567890", TAIL + b"ab", TAIL]
"""Parts that are stored at the tail's place, or become a longer tail. The last one has the tail's own bytes."""


@pytest.fixture(params=[True, False], ids=["state carried", "state lost"])
def short(request: pytest.FixtureRequest) -> World:
    """A registry whose parts may be below S3's minimum."""
    made = World(part_size_bytes=4, min_part_bytes=4, hasher=None if request.param else ForgetfulHasher())
    made.create(REPOSITORY)
    return made


def ending_with_its_tail(world: World) -> str:
    upload_id = world.initiate()
    world.send(upload_id, TAIL)
    return upload_id


@pytest.mark.parametrize("part", NEXT_PARTS)
def test_a_part_waits_while_the_tail_is_written_as_the_last_part(short: World, part: bytes):
    upload_id = ending_with_its_tail(short)

    def send() -> None:
        with pytest.raises(UnavailableError):
            short.send(upload_id, part)

    short.complete(upload_id, digest_of(TAIL), ports=before(short.ports, "content.put_part", send))
    assert short.stored(upload_id) == TAIL


@pytest.mark.parametrize("part", NEXT_PARTS)
@pytest.mark.parametrize("call", ["catalog.look_up", "content.get_tail", "uploads.reserve_part"])
def test_a_part_that_was_acknowledged_before_stays(short: World, part: bytes, call: str):
    upload_id = ending_with_its_tail(short)
    ports = before(short.ports, call, lambda: short.send(upload_id, part))
    ports, writes = counting(ports, "content.put_part")
    with pytest.raises(UnavailableError):
        short.complete(upload_id, digest_of(TAIL), ports=ports)
    assert not writes
    short.complete(upload_id, digest_of(TAIL + part))
    assert short.stored(upload_id) == TAIL + part


@pytest.mark.parametrize("part", NEXT_PARTS[:2])
def test_a_completion_waits_while_a_part_is_stored_at_the_place(short: World, part: bytes):
    upload_id = ending_with_its_tail(short)

    def complete() -> None:
        with pytest.raises(UnavailableError):
            short.complete(upload_id, digest_of(TAIL))

    short.send(upload_id, part, ports=before(short.ports, "content.put_part", complete))
    short.complete(upload_id, digest_of(TAIL + part))
    assert short.stored(upload_id) == TAIL + part


def test_two_completions_share_the_place(short: World):
    upload_id = ending_with_its_tail(short)
    rival = lambda: short.complete(upload_id, digest_of(TAIL))  # noqa: E731
    short.complete(upload_id, digest_of(TAIL), ports=before(short.ports, "uploads.reserve_part", rival))
    assert short.stored(upload_id) == TAIL


def test_the_place_is_free_again_after_a_completion_that_died(short: World):
    upload_id = ending_with_its_tail(short)
    dying = failing_before(short.ports, "content.put_part", UnavailableError())
    with pytest.raises(UnavailableError):
        short.complete(upload_id, digest_of(TAIL), ports=dying)
    with pytest.raises(UnavailableError):
        short.send(upload_id, b"567890")
    short.clock.now += short.ports.limits.part_reservation_seconds
    short.send(upload_id, b"567890")
    short.complete(upload_id, digest_of(TAIL + b"567890"))
