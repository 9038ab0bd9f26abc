"""Bodies of any length: what is stored of them, what is refused, and where a client can continue."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from threading import Event

import pytest
from moorage.domain.errors import InvalidLayerPartError, RepositoryNotFoundError, UnavailableError, UploadNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload import UploadStatus
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.ports import Ports
from moorage.usecases.uploads.append_stream import AppendStream, append_stream
from moorage.usecases.uploads.cancel_upload import cancel_upload
from moorage.usecases.uploads.get_upload_status import get_upload_status
from moorage.usecases.uploads.start_session import start_session as start_session_or_mount

from tests.support.fakes.world import PART, REPOSITORY, World
from tests.support.interleaving import before, failing_after, failing_before
from tests.support.layers import digest_of

STREAM = bytes(range(75))
"""The usual world cuts streams into 20 bytes: 20, 20, 20 and 15."""


def append(
    world: World, session: UploadSession, chunks: Iterable[bytes], *, ports: Ports | None = None, **members: int | None
) -> UploadSession:
    command = AppendStream(session=session, chunks=chunks, **members)
    return append_stream(command, ports or world.ports)


def start_session(repository: RepositoryId, ports: Ports) -> UploadSession:
    session = start_session_or_mount(repository, ports)
    assert session is not None
    return session


def in_chunks(content: bytes, size: int = 6) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def ending_early(content: bytes) -> Iterator[bytes]:
    yield content
    raise ConnectionResetError


@pytest.fixture
def session(world: World) -> UploadSession:
    return start_session(world.repository_id(), world.ports)


def completed(world: World, session: UploadSession, content: bytes) -> None:
    world.complete(session.upload.upload_id, digest_of(content))
    assert world.stored(session.upload.upload_id) == content


def test_a_session_writes_nothing(world: World, session: UploadSession):
    assert not world.records.uploads
    assert get_upload_status(session, world.ports) == session


def test_a_session_needs_a_repository(world: World):
    with pytest.raises(RepositoryNotFoundError):
        start_session(world.repository_id("nowhere"), world.ports)


def test_a_stream_is_stored_in_parts_and_completed(world: World, session: UploadSession):
    after = append(world, session, in_chunks(STREAM))
    assert after.received_bytes == len(STREAM)
    assert [part.size_bytes for part in world.parts(session.upload.upload_id)] == [20, 20, 20, 15]
    completed(world, session, STREAM)


def test_the_next_part_is_read_while_one_is_stored(world: World, session: UploadSession):
    is_read = Event()

    def chunks() -> Iterator[bytes]:
        yield STREAM[:30]  # a part, and as much as the next one needs
        is_read.set()
        yield STREAM[30:]

    def require_read() -> None:
        assert is_read.wait(30)

    append(world, session, chunks(), ports=before(world.ports, "content.put_part", require_read))
    completed(world, session, STREAM)


def test_a_part_that_is_not_stored_ends_the_body_while_the_next_is_awaited(world: World, session: UploadSession):
    may_end, has_ended = Event(), Event()

    def chunks() -> Iterator[bytes]:
        yield STREAM[:30]
        may_end.wait(30)
        has_ended.set()

    ports = failing_before(world.ports, "content.put_part", UnavailableError())
    with pytest.raises(UnavailableError):
        append(world, session, chunks(), ports=ports)
    assert not has_ended.is_set()
    may_end.set()


def test_an_empty_body_changes_nothing(world: World, session: UploadSession):
    assert append(world, session, []) == session
    assert not world.records.uploads


@pytest.mark.parametrize("size", [1, 3, 9, 10, 20, 30])
def test_chunks_of_any_size_make_the_same_layer(world: World, size: int):
    content = STREAM[:60] if size > 9 else STREAM[: 6 * size]
    session = start_session(world.repository_id(), world.ports)
    after = session
    for chunk in in_chunks(content, size):
        after = append(world, after, [chunk])
    completed(world, session, content)


def test_a_stream_that_ends_early_keeps_whole_parts_and_continues(world: World, session: UploadSession):
    with pytest.raises(ConnectionResetError):
        append(world, session, ending_early(STREAM[:70]))
    found = get_upload_status(session, world.ports)
    assert found.received_bytes == 60
    append(world, found, [STREAM[60:]], first_byte=60)
    completed(world, session, STREAM)


def test_a_body_that_is_shorter_than_announced_is_refused_and_continues(world: World, session: UploadSession):
    with pytest.raises(InvalidLayerPartError):
        append(world, session, [STREAM[:70]], size_bytes=75)
    found = get_upload_status(session, world.ports)
    assert found.received_bytes == 60
    append(world, found, [STREAM[60:]], size_bytes=15)
    completed(world, session, STREAM)


@pytest.mark.parametrize("size_bytes", [5, 7])
def test_a_short_body_of_another_length_leaves_no_record(world: World, session: UploadSession, size_bytes: int):
    with pytest.raises(InvalidLayerPartError):
        append(world, session, [b"sixsix"], size_bytes=size_bytes)
    assert not world.records.uploads


@pytest.mark.parametrize("first_byte", [0, 5, 11])
def test_bytes_that_do_not_continue_are_refused_and_the_error_says_where_to(
    world: World, session: UploadSession, first_byte: int
):
    after = append(world, session, [b"0123456789"])
    with pytest.raises(InvalidLayerPartError) as refused:
        append(world, after, [b"!"], first_byte=first_byte)
    assert refused.value.last_valid_byte == 9


def test_a_first_body_that_does_not_begin_at_0_is_refused(world: World, session: UploadSession):
    with pytest.raises(InvalidLayerPartError):
        append(world, session, [b"abc"], first_byte=3)


@pytest.mark.parametrize(
    "call",
    ["repositories.get", "content.create_multipart", "uploads.create", "content.put_tail", "uploads.append"],
)
def test_a_first_body_that_failed_half_way_is_taken_when_it_is_sent_again(
    world: World, session: UploadSession, call: str
):
    for fail in (failing_before, failing_after):
        with pytest.raises(UnavailableError):
            append(world, session, [b"abc"], ports=fail(world.ports, call, UnavailableError()))
    assert append(world, session, [b"abc"]).received_bytes == 3
    assert world.head(session.upload.upload_id).received_bytes == 3
    completed(world, session, b"abc")


def test_two_clients_at_one_session_leave_one_of_their_bodies(world: World, session: UploadSession):
    first = append(world, session, [b"one"])
    with pytest.raises(InvalidLayerPartError):
        append(world, session, [b"two"])
    assert get_upload_status(session, world.ports) == first


def test_other_bytes_wait_while_the_first_body_is_being_stored(world: World, session: UploadSession):
    with pytest.raises(UnavailableError):
        append(world, session, [b"one"], ports=failing_before(world.ports, "content.put_tail", UnavailableError()))
    with pytest.raises(UnavailableError):
        append(world, session, [b"two"])
    assert world.head(session.upload.upload_id).relayed.reservation is not None
    assert append(world, session, [b"one"]).received_bytes == 3


def test_the_hash_is_carried_through_a_stream(world: World, session: UploadSession):
    append(world, session, in_chunks(STREAM))
    state = world.head(session.upload.upload_id).hash_state
    assert state is not None
    assert sha256(STREAM).hexdigest() == digest_of(STREAM).removeprefix("sha256:")


def test_an_upload_is_cancelled_and_takes_no_more(world: World, session: UploadSession):
    after = append(world, session, [b"abc"])
    cancel_upload(after, world.ports)
    cancel_upload(after, world.ports)
    assert world.head(session.upload.upload_id).status is UploadStatus.ABANDONED
    with pytest.raises(UploadNotFoundError):
        append(world, after, [b"def"])
    with pytest.raises(UploadNotFoundError):
        get_upload_status(after, world.ports)


def test_an_upload_that_is_completed_is_not_cancelled(world: World, session: UploadSession):
    after = append(world, session, [b"abc"])
    completed(world, session, b"abc")
    with pytest.raises(UploadNotFoundError):
        cancel_upload(after, world.ports)


def test_a_repository_that_is_deleted_meanwhile_takes_no_first_body(world: World, session: UploadSession):
    world.delete(REPOSITORY)
    with pytest.raises(RepositoryNotFoundError):
        append(world, session, [b"x" * PART])
